"""The closed lists of the contract, shared by its two forms."""

from typing import Literal

CaseKind = Literal["dossier", "document", "feedback", "incident"]
Channel = Literal["counter", "online", "post"]
ServiceLevel = Literal["full", "partial", "information"]
# DuocThanhToanTrucTuyen 0, 1, 2, 3: nothing paid online; on the national portal; on the gateway of
# a ministry or province; a fee is due and not yet paid.
Payment = Literal["none", "portal", "gateway", "unpaid"]
# What index 766/QĐ-TTg asks of a dossier beside its times: indicators 3.6, 4.1 to 4.5.
Trait = Literal[
    "components_digitised",
    "components_reused",
    "fee_bearing",
    "from_personal_store",
    "identified_by_vneid",
    "population_data",
    "result_digitised",
    "result_electronic",
]
SourceKind = Literal["one_stop", "statistics", "database", "file", "station", "probe", "simulator"]

# Bounds of any time in the log, Unix seconds: a slip of the century is an error of the source.
EARLIEST_SECOND = 0
LATEST_SECOND = 4_102_444_800

# Codes of agencies, procedures, fields, sources; the longest field code has 116 characters.
MAX_CODE = 128
