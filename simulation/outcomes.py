"""What is read off a run each month: one table of names, units and directions; columns of every result follow its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One outcome of a run.

    Attributes: name of the column; unit; better (+1 more is better, -1 less is better, 0 context); label in English and Indonesian.
    """

    name: str
    unit: str
    better: int
    en: str
    id: str


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("competence", "SD", 1, "Competence in use", "Kompetensi yang dipakai"),
    Outcome("competence_managerial", "SD", 1, "Managerial competence in use", "Kompetensi manajerial yang dipakai"),
    Outcome(
        "competence_sociocultural",
        "SD",
        1,
        "Sociocultural competence in use",
        "Kompetensi sosial kultural yang dipakai",
    ),
    Outcome("competence_technical", "SD", 1, "Technical competence in use", "Kompetensi teknis yang dipakai"),
    Outcome("competence_digital", "SD", 1, "Digital competence in use", "Kompetensi digital yang dipakai"),
    Outcome(
        "job_match", "% of staff", 1, "Staff who match their job (80 or more)", "Pegawai sesuai jabatan (80 atau lebih)"
    ),
    Outcome("excess", "SD", 1, "Trained competence held", "Kompetensi hasil pelatihan yang dimiliki"),
    Outcome("in_use", "% of trained excess", 1, "Training applied on the job", "Hasil pelatihan yang diterapkan"),
    Outcome("ip_asn", "0-100", 1, "IP ASN (2019 rule)", "IP ASN (aturan 2019)"),
    Outcome("integrity", "SD", 1, "Integrity", "Integritas"),
    Outcome("side_payments", "% of encounters", -1, "Side payments", "Pungutan liar"),
    Outcome(
        "favouritism", "% of encounters", -1, "Favouritism in place of side payments", "Nepotisme pengganti pungutan"
    ),
    Outcome("responsiveness", "SD", 1, "Responsiveness", "Daya tanggap"),
    Outcome("process", "SD", 1, "Service: procedures, time, facilities", "Pelayanan: prosedur, waktu, sarana"),
    Outcome("people", "SD", 1, "Service: people", "Pelayanan: petugas"),
    Outcome("satisfaction", "SD", 1, "Mean experience at the counter", "Pengalaman rata-rata di loket"),
    Outcome("satisfied", "% of users", 1, "Users satisfied (independent poll)", "Pengguna puas (survei independen)"),
    Outcome("ikm", "0-100", 1, "IKM (official survey)", "IKM (survei resmi)"),
    Outcome("nrr_process", "1-4", 1, "SKM process elements", "Unsur SKM proses"),
    Outcome("nrr_people", "1-4", 1, "SKM people elements", "Unsur SKM petugas"),
    Outcome("units_p10", "SD", 1, "Service of the weakest tenth of units", "Pelayanan sepersepuluh unit terlemah"),
    Outcome("trust", "%", 1, "Public trust", "Kepercayaan publik"),
    Outcome(
        "trusting", "% of adults", 1, "Adults more likely than not to trust", "Warga dewasa yang cenderung percaya"
    ),
    Outcome("trust_sd", "points", 0, "Spread of trust between citizens", "Sebaran kepercayaan antarwarga"),
    Outcome("trust_gap", "points", -1, "Gap in trust between kecamatan", "Selisih kepercayaan antarkecamatan"),
    Outcome("reports", "a month", 0, "Reports received", "Laporan masuk"),
    Outcome("complaints", "a month", 0, "Complaints about service", "Pengaduan tentang pelayanan"),
    Outcome(
        "complaints_per_100",
        "per 100 dissatisfied encounters",
        0,
        "Complaints per 100 dissatisfied",
        "Pengaduan per 100 yang kecewa",
    ),
    Outcome("dissatisfied", "% of encounters", -1, "Dissatisfied encounters", "Layanan yang mengecewakan"),
    Outcome("completed", "% of open reports", 1, "Reports completed in the month", "Laporan selesai dalam sebulan"),
    Outcome(
        "in_time", "% of reports", 1, "Reports completed within 14 working days", "Laporan selesai dalam 14 hari kerja"
    ),
    Outcome("backlog", "reports", -1, "Open reports", "Laporan yang belum selesai"),
    Outcome("repair_months", "months", -1, "Months from theme to repair", "Bulan dari tema ke perbaikan"),
    Outcome(
        "informed", "% of adults", 1, "Adults who saw published results", "Warga yang melihat hasil yang diumumkan"
    ),
    Outcome("programme_quality", "SD", 1, "True mean effect of the programmes", "Efek rata-rata sebenarnya program"),
    Outcome("revisions", "cumulative", 0, "Programmes revised", "Program direvisi"),
    Outcome("revised_wrongly", "cumulative", -1, "Good programmes revised", "Program baik yang direvisi"),
    Outcome("kept_wrongly", "cumulative", -1, "Weak programmes kept", "Program lemah yang dipertahankan"),
    Outcome("jp", "JP in 12 months", 0, "Training hours per civil servant", "JP per pegawai"),
    Outcome("trainees", "a month", 0, "Trainees", "Peserta pelatihan"),
    Outcome("cost", "Rp million a month", -1, "Cost", "Biaya"),
    Outcome("cost_training", "Rp million a month", -1, "Cost of training", "Biaya pelatihan"),
    Outcome("cost_integrity", "Rp million a month", -1, "Cost of integrity measures", "Biaya integritas"),
    Outcome("cost_evaluation", "Rp million a month", -1, "Cost of evaluation", "Biaya evaluasi"),
    Outcome("cost_participation", "Rp million a month", -1, "Cost of participation", "Biaya partisipasi"),
    Outcome("cost_needs", "Rp million a month", -1, "Cost of the needs analysis", "Biaya analisis kebutuhan"),
    Outcome("cost_hours", "Rp million a month", -1, "Staff hours in class, valued", "Nilai jam kerja di kelas"),
    Outcome("citizen_hours", "thousand hours a month", -1, "Citizens' hours at counters", "Jam warga di loket"),
    Outcome(
        "citizen_rupiah", "Rp million a month", -1, "Side payments paid by citizens", "Pungutan yang dibayar warga"
    ),
)

NAMES: tuple[str, ...] = tuple(o.name for o in OUTCOMES)
COLUMN: dict[str, int] = {name: i for i, name in enumerate(NAMES)}
