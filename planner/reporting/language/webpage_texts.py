"""Words of the web pages that no other report has, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

WEBPAGE_TEXTS: dict[str, Bilingual] = {
    # every page
    "web_contents": ("Contents", "目录"),
    "web_skip": ("Skip to the text", "跳到正文"),
    "web_filter_rows": ("Show rows with", "筛选"),
    "web_rows_shown": ("{n} of {m} rows", "共 {m} 行，显示 {n} 行"),
    "web_sort_by": ("Sort by this column", "按此列排序"),
    "web_print_section": ("Print this part", "打印此部分"),
    "web_no_script": (
        "Charts, sliders, filters and the switch of the language need JavaScript. The same figures "
        "stand in the tables of this page, and as pictures in report.pdf.",
        "图表、滑块、筛选与语言切换需要 JavaScript。相同数字见本页各表；图形见 report.pdf。",
    ),
    # sections of report.html
    "web_decision": ("The decision", "决策"),
    "web_no_plan": ("No plan", "没有可行方案"),
    "web_people": ("People by day and shift", "每日班次人数"),
    "web_hiring": ("Whom to book, by when", "招聘与最晚决定日"),
    "web_what_if": ("What if", "假如"),
    "web_demand": ("Demand", "需求"),
    "web_backlog": ("Orders waiting", "积压"),
    "web_service": ("Orders on time", "准时率"),
    "web_costs": ("Costs", "费用"),
    "web_couriers": ("Contracts to sign", "应签合同"),
    "web_risks": ("What can go wrong", "风险"),
    "web_tables": ("All tables", "全部数据表"),
    "web_tables_note": (
        "Open a table to read, sort and filter it; open tables are printed too. Every row stands "
        "in plan.xlsx and in the folder tables.",
        "点开即可查看、排序与筛选；展开的表会一并打印。全部数据见 plan.xlsx 与 tables 文件夹。",
    ),
    # charts
    "web_chart_help": (
        "Point at a chart, or move along it with the arrow keys, to read its values.",
        "将指针移到图上，或用方向键移动，即可读数。",
    ),
    "web_choice": ("Show", "显示"),
    "web_people_present": ("People at work, hour by hour", "各小时在岗人数"),
    "web_people_unit": ("people", "人"),
    "web_orders_unit": ("orders", "单"),
    "web_by_hour": ("By hour", "按小时"),
    "web_by_day": ("By day", "按天"),
    "web_day_highest": ("highest hour of each day", "每天最高的一小时"),
    "web_replications_axis": (
        "Simulated promotions, from the worst to the best",
        "模拟大促（由差到好）",
    ),
    "web_on_time_unit": ("orders on time, %", "准时率（%）"),
    "web_on_time": ("On time", "准时率"),
    "web_target": ("Target", "目标"),
    # what if
    "web_what_if_note": (
        "The plan stays as it is: its people, stock and contracts meet another promotion. Each "
        "simulated point is the mean of {n} promotions of the certificate, from small to large, "
        "with the same random numbers at every point; the certificate rests on all of them. Under "
        "another promise (until {clock}) people work in the same order, and a late order costs the "
        "same compensation. People who do not come are paid as booked.",
        "方案保持不变：人员、备货与合同不变，大促变了。"
        "每个模拟点是认证所用大促中由小到大 {n} 次的均值，各点随机数相同；"
        "认证本身基于全部大促。"
        "承诺时限改变时（以{clock}为准），作业顺序不变，每单迟发的赔付不变。未到岗人员按预订计薪。",
    ),
    "web_demand_change": ("Demand against the forecast", "需求（相对预测）"),
    "web_fill": ("Booked agency people who come", "劳务到岗率"),
    "web_promise": ("Promise", "承诺时限"),
    "web_own_promise": ("as the platform asks", "按平台规则"),
    "web_pickup": ("This pick-up is missed:", "漏了这次揽收："),
    "web_cost_mean": ("Total cost, mean", "总费用（均值）"),
    "web_on_time_mean": ("Orders on time, mean", "平均准时率"),
    "web_chance": ("Chance of keeping the promise", "守住承诺的把握"),
    "web_kept": ("kept in {kept} of {n} promotions", "{n} 次大促中守住 {kept} 次"),
    "web_against_plan": ("{amount} against the plan as expected", "较预期 {amount}"),
    "web_simulated_point": ("Simulated at exactly this point.", "此点为实际模拟结果。"),
    "web_interpolated_point": (
        "Interpolated between simulated points; this point itself was not simulated.",
        "由相邻模拟点插值得出，此点本身未经模拟。",
    ),
    "web_interpolated": ("interpolated", "插值"),
    "web_simulated": ("simulated", "模拟点"),
    "web_here": ("here", "当前"),
    "web_reset": ("Back to the plan as expected", "恢复预期"),
    "web_what_if_table": ("All simulated points stand in the table:", "全部模拟点见数据表："),
    "web_time": ("Time", "时间"),
    "web_low": ("5% point", "5% 分位"),
    "web_middle": ("Median", "中位数"),
    "web_high": ("95% point", "95% 分位"),
}
