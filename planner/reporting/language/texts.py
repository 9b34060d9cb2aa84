"""Every sentence of the reports and of the terminal's text reports, by key.

`*_texts.py` hold the words; `*_sentences.py` choose among them and fill in the values.
"""

from __future__ import annotations

from planner.reporting.language.backtest_texts import BACKTEST_TEXTS
from planner.reporting.language.bilingual import Bilingual
from planner.reporting.language.browser_texts import BROWSER_TEXTS
from planner.reporting.language.capacity_texts import CAPACITY_TEXTS
from planner.reporting.language.comparison_texts import COMPARISON_TEXTS
from planner.reporting.language.contract_texts import CONTRACT_TEXTS
from planner.reporting.language.difference_texts import DIFFERENCE_TEXTS
from planner.reporting.language.edit_texts import EDIT_TEXTS
from planner.reporting.language.evidence_texts import EVIDENCE_TEXTS
from planner.reporting.language.history_texts import HISTORY_TEXTS
from planner.reporting.language.page_texts import PAGE_TEXTS
from planner.reporting.language.payroll_texts import PAYROLL_TEXTS
from planner.reporting.language.refusal_texts import REFUSAL_TEXTS
from planner.reporting.language.replan_texts import REPLAN_TEXTS
from planner.reporting.language.replay_texts import REPLAY_TEXTS
from planner.reporting.language.service_texts import SERVICE_TEXTS
from planner.reporting.language.stress_texts import STRESS_TEXTS
from planner.reporting.language.sweep_texts import SWEEP_TEXTS
from planner.reporting.language.trigger_texts import TRIGGER_TEXTS
from planner.reporting.language.webpage_texts import WEBPAGE_TEXTS

TEXTS: dict[str, Bilingual] = {
    **PAGE_TEXTS,
    **BACKTEST_TEXTS,
    **PAYROLL_TEXTS,
    **HISTORY_TEXTS,
    **CONTRACT_TEXTS,
    **CAPACITY_TEXTS,
    **COMPARISON_TEXTS,
    **DIFFERENCE_TEXTS,
    **BROWSER_TEXTS,
    **EDIT_TEXTS,
    **EVIDENCE_TEXTS,
    **REFUSAL_TEXTS,
    **REPLAY_TEXTS,
    **SERVICE_TEXTS,
    **REPLAN_TEXTS,
    **STRESS_TEXTS,
    **SWEEP_TEXTS,
    **TRIGGER_TEXTS,
    **WEBPAGE_TEXTS,
}
