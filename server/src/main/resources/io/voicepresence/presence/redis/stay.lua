-- Which stay a stored user is in, and which have ended by somebody's word.
-- Gives: joined_at_of(json), has_left(left, joined_at).
local function joined_at_of(json)
  local text = string.match(json, '"joinedAt"%s*:%s*"([^"]*)"') or ''
  -- As JavaScript prints it. Other programs may leave the milliseconds out, or write more digits.
  if string.len(text) == 24 then
    return text
  end
  local seconds, digits = string.match(text, '^(%d+%-%d+%-%d+T%d+:%d+:%d+)%.?(%d*)Z$')
  return seconds and seconds .. '.' .. string.sub(digits .. '000', 1, 3) .. 'Z' or text
end

-- `left` is when the user's last stay began that ended by a word; those before it are over too.
local function has_left(left, joined_at)
  return left and left >= joined_at
end
