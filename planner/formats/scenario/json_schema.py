"""JSON Schema of every file a scenario is made of.

Editors complete and check with it while one types.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from planner.formats.contract.schema import ContractFile
from planner.formats.scenario.platform_schema import PlatformFile
from planner.formats.scenario.platforms import pack_names
from planner.formats.scenario.schema import ScenarioFile
from planner.formats.scenario.stress_schema import CatalogueFile

MODELS: dict[str, type[BaseModel]] = {
    "scenario": ScenarioFile,
    "contract": ContractFile,
    "platform": PlatformFile,
    "stress": CatalogueFile,
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str = "scenario") -> dict[str, Any]:
    """Schema of a scenario (default), contract, platform or stress file.

    KeyError for another kind.
    """
    schema = MODELS[kind].model_json_schema(by_alias=True)
    if kind == "scenario":
        schema["properties"]["platform"]["examples"] = pack_names()  # editors offer them
    return {"$schema": _DIALECT, **schema}
