-- Gives: iso(milliseconds), a moment in UTC as JavaScript prints it.
-- The calendar is that of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
local function iso(milliseconds)
  local floor = math.floor
  local day_of_era = floor(milliseconds / 86400000) + 719468
  local era = floor(day_of_era / 146097)
  day_of_era = day_of_era - era * 146097
  local year = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524) - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year + floor(year / 4) - floor(year / 100))
  local month = floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  local of_day = milliseconds % 86400000
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year + era * 400 + (month <= 2 and 1 or 0), month, day,
    floor(of_day / 3600000), floor(of_day / 60000) % 60, floor(of_day / 1000) % 60, of_day % 1000)
end
