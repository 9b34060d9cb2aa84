"""Words of the run browser, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

BROWSER_TEXTS: dict[str, Bilingual] = {
    "browse_title": ("Runs", "全部结果"),
    "browse_run": ("Run", "结果"),
    "browse_written": ("Written", "写出时间"),
    "browse_documents": ("Documents", "文档"),
    "browse_compare": ("Compare A with B", "对比 A 与 B"),
    "browse_choose": ("Choose A and B in the table.", "在表中选择 A 与 B。"),
    "browse_damaged": ("cannot be read", "无法读取"),
    "browse_why": ("why", "原因"),
    "browse_none": (
        "No finished run lies in this folder.",
        "此文件夹中没有已完成的结果。",
    ),
    "browse_cut": (
        "The folder holds more runs or folders than are searched: open one further down.",
        "此文件夹中的结果或子文件夹过多，未全部查找：请打开更下一级的文件夹。",
    ),
    "browse_figures": ("Figures", "图"),
    "browse_tables": ("Tables", "数据表"),
    "browse_files": ("All other files", "其他文件"),
    "browse_footer": (
        "Shown by planner open, which only reads. Ctrl-C in the terminal ends it.",
        "由 planner open 显示，只读。在终端按 Ctrl-C 结束。",
    ),
}
