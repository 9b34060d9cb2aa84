"""Write the measured files of configs/black-friday: `python configs/black-friday/build.py LOG
configs/black-friday`.

Only counts and summary figures leave the log. Everything the scenario uses was known before
`KNOWN_UNTIL`; what came later goes to actuals.csv, which the scenario does not read. Source: Olist,
Brazilian e-commerce public dataset, CC BY-NC-SA 4.0; the log is a random 17.3 % of its orders.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

KNOWN_UNTIL = pd.Timestamp("2017-11-13")
ACTUALS = (KNOWN_UNTIL, pd.Timestamp("2017-12-04"))
SAMPLE_SHARE = 17_176 / 99_441
STATES = {
    "N": {
        "AC": "Acre",
        "AM": "Amazonas",
        "AP": "Amapá",
        "PA": "Pará",
        "RO": "Rondônia",
        "RR": "Roraima",
        "TO": "Tocantins",
    },
    "NE": {
        "AL": "Alagoas",
        "BA": "Bahia",
        "CE": "Ceará",
        "MA": "Maranhão",
        "PB": "Paraíba",
        "PE": "Pernambuco",
        "PI": "Piauí",
        "RN": "Rio Grande do Norte",
        "SE": "Sergipe",
    },
    "CO": {
        "DF": "Distrito Federal",
        "GO": "Goiás",
        "MS": "Mato Grosso do Sul",
        "MT": "Mato Grosso",
    },
    "SE": {"ES": "Espírito Santo", "MG": "Minas Gerais", "RJ": "Rio de Janeiro", "SP": "São Paulo"},
    "S": {"PR": "Paraná", "RS": "Rio Grande do Sul", "SC": "Santa Catarina"},
}
AREA = {state: area for area, states in STATES.items() for state in states}
LABEL = {state: label for states in STATES.values() for state, label in states.items()}
NAMES = sorted(AREA)
NORTH_EAST = [s for s in NAMES if AREA[s] == "NE"]

BRACKETS_G = (250, 500, 1000, 2000, 3000, 5000, 10_000)
HEAVY_EDGES_G = (*BRACKETS_G, 20_000, 30_000)
ZONE_RATIOS = {
    "z1": 1.05,
    "z2": 1.40,
    "z3": 1.75,
    "z4": 2.05,
    "z5": np.inf,
}  # fitted price relative to São Paulo
STATE_PRIOR_ORDERS = 10.0  # a state with few orders leans on its part of the country
ROUND_TO = 0.05

MOMENTS = [
    "order_purchase_timestamp",
    "order_approved_at",
    "shipping_limit_date",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
]
Curve = np.ndarray


def main(log: Path, folder: Path) -> None:
    """Write history, actuals, regions, products and contracts; print the figures the scenario
    quotes."""
    orders = pd.read_csv(log, parse_dates=MOMENTS)
    known = orders[orders.order_purchase_timestamp < KNOWN_UNTIL]
    (folder / "contracts").mkdir(parents=True, exist_ok=True)
    write(hourly_counts(known), folder / "history.csv")
    came = orders.order_purchase_timestamp.between(*ACTUALS, inclusive="left")
    write(hourly_counts(orders[came]), folder / "actuals.csv")
    write(regions(known, orders), folder / "regions.csv")
    write(products(known), folder / "products.csv")
    ratio, curve, figures = fit_freight(known)
    zones = zone_table(ratio)
    write(zones, folder / "contracts" / "zones.csv")
    write(
        zones[(zones.site == "") & zones.zone.isin(["z1", "z2"])],
        folder / "contracts" / "zones-south.csv",
    )
    from_sp = zones[zones.site == ""].set_index("region").zone
    factors = ratio.groupby(from_sp).mean()
    transit = transit_by_zone(known, from_sp)
    for contract in contracts(figures):
        (folder / "contracts" / f"{contract['name']}.yaml").write_text(
            contract_yaml(contract, curve, factors, transit), encoding="utf-8"
        )
    print(json.dumps(figures | scenario_figures(known), indent=2, sort_keys=True))


def write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def hourly_counts(orders: pd.DataFrame) -> pd.DataFrame:
    """Orders per hour and state; hours without orders have no row."""
    time = orders.order_purchase_timestamp.dt.strftime("%Y-%m-%dT%H:00")
    counts = orders.groupby([time, orders.customer_state]).size()
    return counts.rename_axis(["time", "region"]).rename("orders").reset_index()


def regions(known: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """All states with their share of orders so far; remote: at least twice São Paulo's mean freight
    and a mean of 15 days from hand-over to delivery (over the whole log: a description of places,
    not of demand)."""
    freight = orders.groupby("customer_state").freight_brl.mean()
    days = delivery_days(orders).groupby(orders.customer_state).mean()
    remote = (freight >= 2 * freight["SP"]) & (days >= 15)
    share = known.customer_state.value_counts(normalize=True).reindex(NAMES, fill_value=0.0)
    return pd.DataFrame(
        {
            "region": NAMES,
            "name": [LABEL[s] for s in NAMES],
            "share": exact_shares(share.to_numpy()),
            "remote": [int(remote[s]) for s in NAMES],
        }
    )


def exact_shares(share: Curve) -> list[float]:
    """Shares with six decimals whose sum is exactly 1 (the largest takes the rounding)."""
    millionths = np.rint(share * 1e6).astype(int)
    millionths[millionths.argmax()] += 1_000_000 - millionths.sum()
    return [m / 1e6 for m in millionths]


def products(known: pd.DataFrame) -> pd.DataFrame:
    """Three weight classes by grams per item: share, lognormal weight, items per order, price
    paid."""
    known = known.dropna(subset=["weight_g", "items"])
    per_item = known.weight_g / known["items"]
    group = pd.cut(per_item, [0, 500, 2000, np.inf], labels=["light", "medium", "heavy"])
    rows = []
    for name, label, work in (
        ("light", "up to 500 g", 0.9),
        ("medium", "to 2 kg", 1.0),
        ("heavy", "above 2 kg", 1.3),
    ):
        chosen = known[group == name]
        spread = np.log(per_item[group == name]).std()
        rows.append(
            {
                "product": name,
                "name": label,
                "share": len(chosen) / len(known),
                "weight_g": round(per_item[group == name].median()),
                "weight_cv": round(float(np.sqrt(np.expm1(spread**2))), 2),
                "units_mean": round(chosen["items"].mean(), 3),
                "work": work,
                "paid": round((chosen.price_brl + chosen.freight_brl).mean(), 2),
                "margin": round(0.2 * chosen.price_brl.mean() + chosen.freight_brl.mean(), 2),
            }
        )
    table = pd.DataFrame(rows)
    table["share"] = exact_shares(table.share.to_numpy())
    return table


def fit_freight(known: pd.DataFrame) -> tuple[pd.Series, Curve, dict[str, float]]:
    """log(freight) = state + weight bracket by least squares; states lean on their part of the
    country.

    Gives each state's price relative to São Paulo, the price curve of São Paulo per bracket (two
    more above 10 kg), scaled so that fitted and paid freight have the same sum, and figures of the
    fit.
    """
    paid = known[
        (known.freight_brl > 0) & (known.weight_g > 0) & (known.weight_g <= HEAVY_EDGES_G[-1])
    ]
    bracket = np.searchsorted(HEAVY_EDGES_G, paid.weight_g.to_numpy())
    state = pd.Categorical(paid.customer_state, categories=NAMES).codes
    area = np.array([list(STATES).index(AREA[s]) for s in NAMES])[state]
    x = np.hstack([np.eye(len(HEAVY_EDGES_G))[bracket], np.eye(5)[area], np.eye(len(NAMES))[state]])
    penalty = np.concatenate(
        [np.full(len(HEAVY_EDGES_G), 1e-6), np.full(5, 1e-3), np.full(27, STATE_PRIOR_ORDERS)]
    )
    y = np.log(paid.freight_brl.to_numpy())
    beta = np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ y)
    fitted = np.exp(x @ beta)
    smear = paid.freight_brl.sum() / fitted.sum()
    effect = (
        beta[len(HEAVY_EDGES_G) :][:5][[list(STATES).index(AREA[s]) for s in NAMES]] + beta[-27:]
    )
    sp = effect[NAMES.index("SP")]
    curve = np.maximum.accumulate(np.exp(beta[: len(HEAVY_EDGES_G)] + sp) * smear)
    residual = y - x @ beta
    figures = {
        "freight_orders": float(len(paid)),
        "freight_r2_log": round(float(1 - residual.var() / y.var()), 3),
        "freight_mean_error_share": round(
            float(np.abs(fitted * smear / paid.freight_brl - 1).median()), 3
        ),
    }
    return pd.Series(np.exp(effect - sp), index=NAMES), curve, figures


def zone_table(ratio: pd.Series) -> pd.DataFrame:
    """Zones from São Paulo by fitted price, and from Recife by assumption.

    From Recife: its own state 1, the North-East 2, the rest of the country two zones more expensive
    than the North-East, as the North-East is from São Paulo.
    """
    edges = list(ZONE_RATIOS.values())
    rows = [(s, list(ZONE_RATIOS)[int(np.searchsorted(edges, ratio[s]))], "") for s in NAMES]
    near = {s: "z1" if s == "PE" else "z2" for s in NORTH_EAST}
    rows += [(s, near.get(s, "z5" if AREA[s] in ("N", "CO") else "z4"), "recife") for s in NAMES]
    return pd.DataFrame(rows, columns=["region", "zone", "site"])


def transit_by_zone(known: pd.DataFrame, zone: pd.Series) -> pd.DataFrame:
    """Mean and 90 % point of the days from hand-over to delivery, of parcels handed over a month
    before the plan (so that slow ones had time to arrive)."""
    old = known[known.order_delivered_carrier_date < KNOWN_UNTIL - pd.Timedelta(days=31)]
    days = delivery_days(old)
    groups = days[days > 0].groupby(old.customer_state.map(zone))
    return pd.DataFrame({"mean": groups.mean(), "p90": groups.quantile(0.9)})


def delivery_days(orders: pd.DataFrame) -> pd.Series:
    return (
        orders.order_delivered_customer_date - orders.order_delivered_carrier_date
    ) / pd.Timedelta(days=1)


HUB = """hub:
  region: GO
  regions: [AC, AM, AP, CE, MA, MT, PA, PB, PI, RN, RO, RR, SE]
  fee: 1.50
  onward: {first_g: 1000, first_price: 8.00, step_g: 1000, step_price: 2.20}
  up_to_g: 30000
  onward_days: {mean: 12.0, p90: 19.0}
"""


def contracts(figures: dict[str, float]) -> list[dict[str, object]]:
    """The three contracts: one fitted, two illustrations derived from it."""
    fitted = (
        "Fitted to the freight customers paid (not to a carrier's card): log(freight) by state "
        "and weight bracket, "
        f"{figures['freight_orders']:.0f} orders before 2017-11-13 of the Olist log (CC BY-NC-SA "
        "4.0); half of them "
        f"lie within {figures['freight_mean_error_share']:.0%} of the fit. "
        "Transit: hand-over to delivery in the same log. Lanes from Recife are assumed."
    )
    return [
        {
            "name": "economy",
            "label": "Economy, national",
            "price": 1.0,
            "speed": 1.0,
            "zones": "zones.csv",
            "source": fitted,
            "grade": "fitted",
            "terms": "",
        },
        {
            "name": "express",
            "label": "Express, national",
            "price": 1.45,
            "speed": 0.5,
            "zones": "zones.csv",
            "source": ("Illustration: the economy contract 45 % more expensive and twice as fast."),
            "grade": "user",
            "terms": "fixed_fee: 300.00\nallotment: {per_day: 600}\n",
        },
        {
            "name": "regional",
            "label": "Regional, south and south-east",
            "price": 0.86,
            "speed": 0.8,
            "zones": "zones-south.csv",
            "source": "Illustration: a regional carrier 14 % below the economy contract, with a "
            "minimum volume and a cap; "
            "it takes parcels for the remote states to a hub in Goias, from where others go on.",
            "grade": "user",
            "terms": "fixed_fee: 500.00\nallotment: {per_day: 350}\n"
            "commitment: {parcels: 1500, shortfall_per_parcel: 2.50}\n" + HUB,
        },
    ]


def contract_yaml(contract: dict, curve: Curve, factors: pd.Series, transit: pd.DataFrame) -> str:
    """One contract file."""
    zones = [z for z in factors.index if contract["zones"] == "zones.csv" or z in ("z1", "z2")]
    lines = [
        "# Written by configs/black-friday/build.py",
        f"name: {contract['name']}",
        f"label: {contract['label']}",
        "currency: BRL",
        f"zones: {contract['zones']}",
        "billable: {step_g: 1}",
        "rates:",
    ]
    for zone in zones:
        prices = [rounded(p * factors[zone] * contract["price"]) for p in curve]
        step = rounded(
            (prices[-1] - prices[len(BRACKETS_G) - 1]) / 17.5
        )  # brackets beyond 10 kg centre on 27.5 - 10 kg
        lines.append(f"  {zone}:")
        lines.append("    brackets:")
        lines += [
            f"      - {{to_g: {g}, price: {p:.2f}}}"
            for g, p in zip(BRACKETS_G, prices, strict=False)
        ]
        lines.append(f"    first_g: {BRACKETS_G[-1]}")
        lines.append(f"    first_price: {prices[len(BRACKETS_G) - 1]:.2f}")
        lines.append("    step_g: 1000")
        lines.append(f"    step_price: {step:.2f}")
    lines.append(str(contract["terms"]).rstrip("\n")) if contract["terms"] else None
    lines.append("service:")
    lines.append("  transit_days:")
    for zone in zones:
        days = transit.loc[zone] * contract["speed"]
        lines.append(f"    {zone}: {{mean: {days['mean']:.1f}, p90: {days['p90']:.1f}}}")
    lines += [
        f'source: "{contract["source"]}"',
        'retrieved: "2017-11-13"',
        f"grade: {contract['grade']}",
    ]
    return "\n".join(lines) + "\n"


def rounded(price: float) -> float:
    return round(round(price / ROUND_TO) * ROUND_TO, 2)


def scenario_figures(known: pd.DataFrame) -> dict[str, float]:
    """Figures that scenario.yaml quotes."""
    limit = (known.shipping_limit_date - known.order_purchase_timestamp) / pd.Timedelta(hours=1)
    last = known[known.order_purchase_timestamp >= KNOWN_UNTIL - pd.Timedelta(days=28)]
    return {
        "orders_known": float(len(known)),
        "orders_per_day_last_28_in_log": round(len(last) / 28, 2),
        "orders_per_day_last_28_all": round(len(last) / 28 / SAMPLE_SHARE, 1),
        "scale": round(1 / SAMPLE_SHARE, 2),
        "limit_hours_p10": round(float(limit.quantile(0.1)), 1),
        "limit_hours_p50": round(float(limit.median()), 1),
        "past_limit_share": round(
            float((known.order_delivered_carrier_date > known.shipping_limit_date).mean()), 3
        ),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
