"""Currencies: the codes of ISO 4217, and those replaced since 2000 that old exports still carry."""

from __future__ import annotations

from api.workspace.cells import CellParser
from api.workspace.faults import did_you_mean

__all__ = ["CURRENCIES", "CURRENCY"]

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT "
    "BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD "
    "CAD CDF CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF "
    "DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR "
    "IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD "
    "KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG "
    "QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SIT "
    "SKK SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS "
    "TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF "
    "VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMK ZMW "
    "ZWG ZWL "
)
CURRENCIES = frozenset(_CODES.split())


def _read_currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError(did_you_mean(text.upper(), CURRENCIES).removeprefix("; "))
    return text


CURRENCY = CellParser("an ISO 4217 currency code like EUR", _read_currency, "unknown_currency")
