"""Labour rules, one module each: its rows in the planning model, its check, its limits on rosters.

`rules.RULES` lists them; `rule.LabourRule` says what a rule has to state. Nothing here imports a
solver: rows go to the solver-neutral MILP builder, roster limits are plain numbers, and the checks
are plain arithmetic on Problem and Plan.
"""
