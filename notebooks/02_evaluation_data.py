# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What does a spreadsheet of answers, staff or complaints say, and how sure is it?
#
# An evaluation officer has three files: answers to the public satisfaction survey (SKM), a list of staff with training hours, and a list
# of complaints. Each has an official number. This notebook gets that number, and what the official table leaves out:
#
# 1. the index of an SKM file with its interval, the weakest element and how sure that is, and the scales that the nine answers form,
# 2. units compared without making some look bad by chance,
# 3. the gap to 20 JP in a staff list,
# 4. complaints that are still open, counted correctly,
# 5. what happens to bad input and to personal data.
#
# The same from the command line: `asnlab evaluate skm mine.xlsx`, and `training`, `ip-asn` or `complaints`. Training has a notebook of
# its own.

# %%
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import data
from analysis.evaluation import evaluate_complaints, evaluate_skm, evaluate_staff, figure, words
from data.intake import read_file
from data.intake.columns import ANSWERS

folder = Path(tempfile.mkdtemp())
os.environ["ASNLAB_KEY"] = str(folder / "settings" / "key")  # pseudonyms of this notebook only

# %% [markdown]
# ## One survey
#
# 49 questionnaires that Kabupaten Sekadau published in 2019. `evaluate_skm` takes what `read_file` gives.

# %%
# NBVAL_CHECK_OUTPUT
sekadau = data.load("skm_sekadau_2019").rename(columns=ANSWERS)
survey = evaluate_skm(sekadau, population=1200)
print(words(survey, "en"))

# %%
figure(survey, "en")

# %% [markdown]
# Read it like this. The index is a B, and that is fairly sure. Which element is weakest is not: three change places in other samples of
# people. And the nine elements are two scales that hardly go together, so the one index hides that people who find the requirements
# hard may still be content with the staff.
#
# The same words in Indonesian come from `words(survey, "id")`, and the tables behind them from `survey.tables()`.

# %%
# NBVAL_CHECK_OUTPUT
print(words(survey, "id").split("\n\n")[0])
print(survey.structure.table().round(2).to_string(index=False))

# %% [markdown]
# ## Units compared
#
# Eight units with 60 answers each, made up: C is worse, the other seven are equal (and so lie a little above a mean that holds C). A
# league table would rank all eight.

# %%
# NBVAL_CHECK_OUTPUT
rng = np.random.default_rng(1)
unit = np.repeat(list("ABCDEFGH"), 60)
score = 0.8 * rng.normal(size=(480, 1)) + rng.normal(size=(480, 9)) - 0.7 * (unit == "C")[:, None]
made_up = pd.DataFrame(np.digitize(score, [-2.2, -1.0, 0.8]) + 1.0, columns=list(ANSWERS.values())).assign(unit=unit)
units = evaluate_skm(made_up, by="unit")
print(words(units, "en").split("\n\n")[3])

# %%
figure(units, "en")

# %% [markdown]
# ## A staff list
#
# 300 civil servants, made up. A list of all staff is no sample: what is uncertain is what the list does not say.

# %%
# NBVAL_CHECK_OUTPUT
n = 300
staff = pd.DataFrame(
    {
        "unit": rng.choice(["Dinas Kesehatan", "Dinas Sosial", "Kecamatan Timur", "Kecamatan Barat"], n),
        "status": rng.choice(["PNS", "PPPK"], n, p=[0.7, 0.3]),
        "job": rng.choice(["pelaksana", "pengawas", "fungsional_muda"], n, p=[0.6, 0.1, 0.3]),
        "degree": rng.choice(["slta", "d3", "s1_d4", "s2"], n, p=[0.2, 0.2, 0.5, 0.1]),
        "jp_last_12_months": rng.choice([0.0, 8.0, 20.0, 32.0], n, p=[0.3, 0.2, 0.3, 0.2]),
        "technical": rng.normal(78, 9, n).clip(0, 100),
        "digital": rng.normal(71, 11, n).clip(0, 100),
    }
)
list_of_staff = evaluate_staff(staff)
print(words(list_of_staff, "en"))

# %%
figure(list_of_staff, "en")

# %% [markdown]
# ## Complaints
#
# 400 complaints of half a year, made up: half are answered within eight working days, the slow ones are still open when the file ends.

# %%
# NBVAL_CHECK_OUTPUT
received = pd.Series(np.busday_offset("2026-01-01", rng.integers(0, 120, 400), roll="forward"))
took = rng.exponential(12, 400).astype(int)
answered = pd.Series(np.busday_offset(received.to_numpy().astype("M8[D]"), took))
end = pd.Timestamp("2026-06-30")
complaints = pd.DataFrame({"received": received, "answered": answered.where(answered <= end)}).apply(pd.to_datetime)
complaints["type"] = rng.choice(["not_supervisory", "information"], 400, p=[0.8, 0.2])
complaints["unit"] = rng.choice(["Dinas Sosial", "Dinas Perhubungan", "Kecamatan Timur"], 400)
handled = evaluate_complaints(complaints, until=end.date())
print(words(handled, "en"))

# %%
figure(handled, "en")

# %% [markdown]
# ## Bad input and personal data
#
# A file is refused in one line that says where and what to do. Answers on another scale are not converted, because nobody knows what a 3
# of 5 would have been of 4.

# %%
# NBVAL_CHECK_OUTPUT
names = list(ANSWERS.values())
rows = pd.DataFrame([[3] * 9, [3] * 8 + [5]], columns=names)
rows.to_csv(folder / "wrong_scale.csv", index=False)
swapped = rows.rename(columns={names[7]: "U8 Sarana Prasarana", names[8]: "U9 Penanganan Pengaduan"})
swapped.to_csv(folder / "swapped.csv", index=False)
os.chdir(folder)  # so that no path of this machine is printed
for file in ("wrong_scale.csv", "swapped.csv"):
    try:
        read_file(file, "skm")
    except data.InputError as error:
        print(error)

# %% [markdown]
# Names and numbers of persons are not needed for any of this. They are left out, or replaced by a pseudonym where the same person must be
# known again (UU 27/2022). The pseudonym depends on a key that stays in a file of your own.

# %%
# NBVAL_CHECK_OUTPUT
people = pd.DataFrame(
    {
        "Nama": ["Contoh Satu", "Contoh Dua"],
        "NIP": ["198703152010011005", "199001012015022001"],
        "Status": ["PNS", "PNS"],
        "JP": [12, 24],
    }
)
people.to_csv("staff.csv", index=False)
found = read_file("staff.csv", "ip-asn")
print(list(found.frame.columns), "pseudonyms:", found.frame["staff"].str.startswith("p-").all())
print(
    [
        (c["column"], c["nature"], c["action"])
        for note in found.notes
        if note.key == "personal"
        for c in note.values["columns"]
    ]
)

# %% [markdown]
# ## What the result does not say
#
# - The interval of an index holds the chance of who was drawn. It does not hold who was asked, who refused, and how freely one answers.
# - "Cannot be told apart" does not mean equal. It means that these data do not show a difference.
# - A complaint that was closed counts as answered. Whether the answer helped is not in the file.
# - The IP ASN counts attendance and degrees. It rises by rule when hours are entered, and falls by rule a year later.
