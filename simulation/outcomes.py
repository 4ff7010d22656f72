"""The outcomes read off a run each month: names, units and directions. Columns of every result follow the order of `Outcomes`.

An outcome is declared here and filled by a process, as a rule in `simulation/processes/observe.py`: `row.trust = ...`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, cast

import numpy as np

from simulation.declared import declared
from simulation.engine.records import Float64s, Grid


@dataclass(frozen=True)
class Outcome:
    """The declaration of an outcome.

    Attributes: unit; better (+1 more is better, -1 less is better, 0 context); label in English and Indonesian; name of the column,
    taken from the annotated attribute.
    """

    unit: str
    better: int
    en: str
    id: str
    name: str = ""


class Outcomes:
    """One row of a run as the engine fills it: a record of float64. It is never instantiated in Python; results are plain columns."""

    competence: Annotated[float, Outcome("SD", 1, "Competence in use", "Kompetensi yang dipakai")]
    competence_managerial: Annotated[
        float, Outcome("SD", 1, "Managerial competence in use", "Kompetensi manajerial yang dipakai")
    ]
    competence_sociocultural: Annotated[
        float, Outcome("SD", 1, "Sociocultural competence in use", "Kompetensi sosial kultural yang dipakai")
    ]
    competence_technical: Annotated[
        float, Outcome("SD", 1, "Technical competence in use", "Kompetensi teknis yang dipakai")
    ]
    competence_digital: Annotated[
        float, Outcome("SD", 1, "Digital competence in use", "Kompetensi digital yang dipakai")
    ]
    job_match: Annotated[
        float,
        Outcome("% of staff", 1, "Staff who match their job (80 or more)", "Pegawai sesuai jabatan (80 atau lebih)"),
    ]
    excess: Annotated[float, Outcome("SD", 1, "Trained competence held", "Kompetensi hasil pelatihan yang dimiliki")]
    in_use: Annotated[
        float, Outcome("% of trained excess", 1, "Training applied on the job", "Hasil pelatihan yang diterapkan")
    ]
    ip_asn: Annotated[float, Outcome("0-100", 1, "IP ASN (2019 rule)", "IP ASN (aturan 2019)")]
    integrity: Annotated[float, Outcome("SD", 1, "Integrity", "Integritas")]
    side_payments: Annotated[float, Outcome("% of encounters", -1, "Side payments", "Pungutan liar")]
    favouritism: Annotated[
        float, Outcome("% of encounters", -1, "Favouritism in place of side payments", "Nepotisme pengganti pungutan")
    ]
    responsiveness: Annotated[float, Outcome("SD", 1, "Responsiveness", "Daya tanggap")]
    process: Annotated[
        float, Outcome("SD", 1, "Service: procedures, time, facilities", "Pelayanan: prosedur, waktu, sarana")
    ]
    people: Annotated[float, Outcome("SD", 1, "Service: people", "Pelayanan: petugas")]
    satisfaction: Annotated[float, Outcome("SD", 1, "Mean experience at the counter", "Pengalaman rata-rata di loket")]
    satisfied: Annotated[
        float, Outcome("% of users", 1, "Users satisfied (independent poll)", "Pengguna puas (survei independen)")
    ]
    ikm: Annotated[float, Outcome("0-100", 1, "IKM (official survey)", "IKM (survei resmi)")]
    nrr_process: Annotated[float, Outcome("1-4", 1, "SKM process elements", "Unsur SKM proses")]
    nrr_people: Annotated[float, Outcome("1-4", 1, "SKM people elements", "Unsur SKM petugas")]
    units_p10: Annotated[
        float, Outcome("SD", 1, "Service of the weakest tenth of units", "Pelayanan sepersepuluh unit terlemah")
    ]
    trust: Annotated[float, Outcome("%", 1, "Public trust", "Kepercayaan publik")]
    trusting: Annotated[
        float, Outcome("% of adults", 1, "Adults more likely than not to trust", "Warga dewasa yang cenderung percaya")
    ]
    trust_sd: Annotated[
        float, Outcome("points", 0, "Spread of trust between citizens", "Sebaran kepercayaan antarwarga")
    ]
    trust_gap: Annotated[
        float, Outcome("points", -1, "Gap in trust between kecamatan", "Selisih kepercayaan antarkecamatan")
    ]
    reports: Annotated[float, Outcome("a month", 0, "Reports received", "Laporan masuk")]
    complaints: Annotated[float, Outcome("a month", 0, "Complaints about service", "Pengaduan tentang pelayanan")]
    complaints_per_100: Annotated[
        float,
        Outcome(
            "per 100 dissatisfied encounters", 0, "Complaints per 100 dissatisfied", "Pengaduan per 100 yang kecewa"
        ),
    ]
    dissatisfied: Annotated[
        float, Outcome("% of encounters", -1, "Dissatisfied encounters", "Layanan yang mengecewakan")
    ]
    completed: Annotated[
        float, Outcome("% of open reports", 1, "Reports completed in the month", "Laporan selesai dalam sebulan")
    ]
    in_time: Annotated[
        float,
        Outcome("% of reports", 1, "Reports completed within 14 working days", "Laporan selesai dalam 14 hari kerja"),
    ]
    backlog: Annotated[float, Outcome("reports", -1, "Open reports", "Laporan yang belum selesai")]
    repair_months: Annotated[
        float, Outcome("months", -1, "Months from theme to repair", "Bulan dari tema ke perbaikan")
    ]
    informed: Annotated[
        float, Outcome("% of adults", 1, "Adults who saw published results", "Warga yang melihat hasil yang diumumkan")
    ]
    programme_quality: Annotated[
        float, Outcome("SD", 1, "True mean effect of the programmes", "Efek rata-rata sebenarnya program")
    ]
    revisions: Annotated[float, Outcome("cumulative", 0, "Programmes revised", "Program direvisi")]
    revised_wrongly: Annotated[
        float, Outcome("cumulative", -1, "Good programmes revised", "Program baik yang direvisi")
    ]
    kept_wrongly: Annotated[
        float, Outcome("cumulative", -1, "Weak programmes kept", "Program lemah yang dipertahankan")
    ]
    jp: Annotated[float, Outcome("JP in 12 months", 0, "Training hours per civil servant", "JP per pegawai")]
    trainees: Annotated[float, Outcome("a month", 0, "Trainees", "Peserta pelatihan")]
    cost: Annotated[float, Outcome("Rp million a month", -1, "Cost", "Biaya")]
    cost_training: Annotated[float, Outcome("Rp million a month", -1, "Cost of training", "Biaya pelatihan")]
    cost_integrity: Annotated[
        float, Outcome("Rp million a month", -1, "Cost of integrity measures", "Biaya integritas")
    ]
    cost_evaluation: Annotated[float, Outcome("Rp million a month", -1, "Cost of evaluation", "Biaya evaluasi")]
    cost_participation: Annotated[
        float, Outcome("Rp million a month", -1, "Cost of participation", "Biaya partisipasi")
    ]
    cost_needs: Annotated[
        float, Outcome("Rp million a month", -1, "Cost of the needs analysis", "Biaya analisis kebutuhan")
    ]
    unspent: Annotated[float, Outcome("Rp million a month", 0, "Budget not spent", "Anggaran yang tidak terpakai")]
    cost_hours: Annotated[
        float, Outcome("Rp million a month", -1, "Staff hours in class, valued", "Nilai jam kerja di kelas")
    ]
    citizen_hours: Annotated[
        float, Outcome("thousand hours a month", -1, "Citizens' hours at counters", "Jam warga di loket")
    ]
    citizen_rupiah: Annotated[
        float, Outcome("Rp million a month", -1, "Side payments paid by citizens", "Pungutan yang dibayar warga")
    ]


OUTCOMES: tuple[Outcome, ...] = tuple(replace(o, name=name) for name, o in declared(Outcomes, Outcome).items())
NAMES: tuple[str, ...] = tuple(o.name for o in OUTCOMES)
COLUMN: dict[str, int] = {name: i for i, name in enumerate(NAMES)}
ROW = np.dtype([(name, np.float64) for name in NAMES])


def as_records(rows: Float64s) -> Grid[Outcomes]:
    """Rows of outcomes, float64 (..., outcomes), viewed as records for the engine to fill: the same memory with one axis less."""
    return cast(Grid[Outcomes], rows.view(ROW)[..., 0])
