"""Words of a replay of a past promotion."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

REPLAY_TEXTS: dict[str, Bilingual] = {
    "replay_left": (
        "orders handed over by day (upright line: 90% of cases)",
        "每日交接订单（竖线：90% 的情形）",
    ),
    "replay_open": ("orders open at midnight", "每日 24:00 未发订单"),
    "replay_head": (
        "{event}, {days}: {orders} orders replayed ({open} of them open at the start), {n} "
        "replications",
        "{event}，{days}：回放 {orders} 单（其中 {open} 单期初未发），仿真 {n} 次",
    ),
    "replay_scale": (
        "each order of the log stands for {scale}",
        "日志中每单代表 {scale} 单",
    ),
    "replay_log": ("{case}: {late} late", "{case}：迟发 {late}"),
    "replay_log_unknown": ("{case}: late share not known", "{case}：迟发率未知"),
    "replay_case": (
        "{case}: {late} late (a single promotion {low} to {high}), cost {cost}",
        "{case}：迟发 {late}（单次大促 {low} 至 {high}），费用 {cost}",
    ),
    "replay_case_once": ("{case}: {late} late, cost {cost}", "{case}：迟发 {late}，费用 {cost}"),
    "replay_extra": (
        ", {extra} against the {first} (95% interval {low} to {high})",
        "，与{first}相比 {extra}（95% 区间 {low} 至 {high}）",
    ),
    "replay_without": ("{case}: no plan: {why}", "{case}：无方案：{why}"),
    "replay_told": (
        "{what}: stated {stated}, the log shows {value} (95% interval {low} to {high})",
        "{what}：设定 {stated}，日志显示 {value}（95% 区间 {low} 至 {high}）",
    ),
    "replay_either": (
        "{what}: stated {stated}, the log shows {value}, or another process is the slow one "
        "({low} to {high})",
        "{what}：设定 {stated}，日志显示 {value}，也可能慢在其他环节（{low} 至 {high}）",
    ),
    "replay_at_least": (
        "{what}: stated {stated}, orders did not wait for it (at least {low})",
        "{what}：设定 {stated}，订单未在此等待（至少 {low}）",
    ),
    "replay_unexplained": (
        "{what}: stated {stated}; no rates repeat what the log says",
        "{what}：设定 {stated}；没有任何效率能再现日志",
    ),
    "replay_not_seen": (
        "the log tells no rate of work and no scan delay",
        "日志未显示作业效率和扫描延迟",
    ),
}
