-- Gives: iso(milliseconds), a moment in UTC as JavaScript prints it.
-- The calendar is that of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
-- `(a - a % b) / b` rounds down without the call that math.floor is.
local function iso(milliseconds)
  local of_day = milliseconds % 86400000
  local days = (milliseconds - of_day) / 86400000 + 719468
  local day_of_era = days % 146097
  local year = (day_of_era - (day_of_era - day_of_era % 1460) / 1460 + (day_of_era - day_of_era % 36524) / 36524
    - (day_of_era - day_of_era % 146096) / 146096) / 365
  year = year - year % 1
  local day_of_year = day_of_era - (365 * year + (year - year % 4) / 4 - (year - year % 100) / 100)
  local month = (5 * day_of_year + 2) / 153
  month = month - month % 1
  local day = (153 * month + 2) / 5
  day = day_of_year - (day - day % 1) + 1
  month = month < 10 and month + 3 or month - 9
  local seconds = (of_day - of_day % 1000) / 1000
  local minutes = (seconds - seconds % 60) / 60
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year + (days - day_of_era) / 146097 * 400
    + (month <= 2 and 1 or 0), month, day, (minutes - minutes % 60) / 60, minutes % 60, seconds % 60, of_day % 1000)
end
