"""Schemas of the files a user may bring: SKM respondents, training scores, a staff list, complaints."""

from __future__ import annotations

import pandera.pandas as pa

from data.schemas.fields import number, text, unique, whole

ELEMENTS = (
    "Persyaratan",
    "Sistem, Mekanisme, dan Prosedur",
    "Waktu Penyelesaian",
    "Biaya/Tarif",
    "Produk Spesifikasi Jenis Pelayanan",
    "Kompetensi Pelaksana",
    "Perilaku Pelaksana",
    "Penanganan Pengaduan, Saran, dan Masukan",
    "Sarana dan Prasarana",
)
"""The nine SKM elements in the official order U1-U9 (PermenPANRB 14/2017). Match by name: many units swap U8, U9."""

JOBS = (
    "jpt",
    "administrator",
    "pengawas",
    "fungsional_muda",
    "fungsional_madya",
    "fungsional_utama",
    "pelaksana",
)
COMPLAINTS = ("not_supervisory", "supervisory", "information", "aspiration")
"""Classes of PermenPANRB 62/2018, each with its own time to answer (see rules.csv)."""
DAY = r"^\d{4}-\d{2}-\d{2}$"
DEGREES = ("below_slta", "slta", "d1_d2", "d3", "s1_d4", "s2", "s3")

TEMPLATES: dict[str, pa.DataFrameSchema] = {
    "skm_respondents": pa.DataFrameSchema(
        {
            "respondent": text(),
            "unit": text(),
            "date": text(optional=True, pattern=DAY, says="a date such as 2026-03-31"),
            **{element: whole(1, 4, optional=False) for element in ELEMENTS},
        },
        name="skm_respondents",
    ),
    "training_scores": pa.DataFrameSchema(
        {
            "programme": text(),
            "participant": text(),
            "unit": text(optional=True),
            "group": text(among=("trained", "control")),
            "jp": number(0, 400),
            "pre": number(0, 100),
            "post": number(0, 100),
        },
        name="training_scores",
    ),
    "staff_list": pa.DataFrameSchema(
        {
            "staff": unique(r"\S", "a name or number used once"),
            "unit": text(),
            "status": text(among=("PNS", "PPPK")),
            "job": text(among=JOBS),
            "age": whole(17, 66, optional=False),
            "degree": text(among=DEGREES),
            "jp_last_12_months": number(0, 1000),
        },
        name="staff_list",
    ),
    "complaints": pa.DataFrameSchema(
        {
            "ticket": unique(r"\S", "a name or number used once"),
            "received": text(pattern=DAY, says="a date such as 2026-03-31"),
            "answered": text(optional=True, pattern=DAY, says="a date such as 2026-03-31"),
            "channel": text(optional=True),
            "unit": text(optional=True),
            "type": text(optional=True, among=COMPLAINTS),
        },
        name="complaints",
    ),
}
"""Schemas of the files a user may bring, by template name; further columns are kept as they are."""
