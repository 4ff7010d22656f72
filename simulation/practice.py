"""Numbers of today's practice that prices and processes share. Compiled code holds them as constants."""

USUAL_AUDIT = 0.04  # chance of an audit today, the control arm of Olken (2007)
PNS_LEAST = 20.0  # JP a year (PP 17/2020 art. 203)
PPPK_MOST = 24.0  # JP a contract year
FOLLOW_UP_HOURS = 4.0  # JP of coaching for a trainee who is followed up; assumed
SEMINAR_HOURS = 8.0  # JP of a seminar; assumed
COURSES = 10  # courses that one person may attend in a year: at most one a month, from February to November
ETHICS_HOURS = 8.0  # JP of an ethics course
PROGRAMMES_RUN = 9  # four domains by two providers, and leadership
