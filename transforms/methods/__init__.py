"""OTHER PEOPLE'S YARDSTICKS: how other institutions would judge the same figures, one pure function a method.

None of them grades a KPI here; they show a reader where a verdict depends on the yardstick. ``METHODS`` holds them by
key; each takes a ``Case`` and returns an ``Assessment`` whose status is the institution's own word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from transforms.methods.case import Assessment, Case
from transforms.methods.destatis import destatis
from transforms.methods.eustat_no_target import eustat_no_target
from transforms.methods.eustat_target import eustat_target
from transforms.methods.health_japan_21 import health_japan_21
from transforms.methods.nagano import nagano
from transforms.methods.sdsn import sdsn
from transforms.methods.simple_ratio import simple_ratio
from transforms.methods.statcan_no_target import statcan_no_target
from transforms.methods.statcan_target import statcan_target

__all__ = ["METHODS", "Assessment", "Case"]

METHODS: Mapping[str, Callable[[Case], Assessment]] = {
    "statcan_target": statcan_target,
    "statcan_no_target": statcan_no_target,
    "eustat_target": eustat_target,
    "eustat_no_target": eustat_no_target,
    "destatis": destatis,
    "sdsn": sdsn,
    "nagano": nagano,
    "health_japan_21": health_japan_21,
    "simple_ratio": simple_ratio,
}
