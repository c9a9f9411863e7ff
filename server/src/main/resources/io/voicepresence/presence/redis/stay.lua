-- Which stay a stored user is in, and which have ended by somebody's word.
-- Gives: joined_at_of(json) as JavaScript prints it, or nil; has_left(left, joined_at).
local function joined_at_of(json)
  local _, last, text = string.find(json, '"joinedAt"%s*:%s*"([^"]*)"')
  if last and string.find(json, '"joinedAt"', last, true) then
    -- Somebody's own field holds one too.
    local is_json, decoded = pcall(cjson.decode, json)
    text = is_json and type(decoded) == 'table' and type(decoded.joinedAt) == 'string' and decoded.joinedAt
  end
  -- Other programs may leave the milliseconds out, or write more digits.
  local seconds, digits = string.match(text or '', '^(%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d)%.?(%d*)Z$')
  return seconds and seconds .. '.' .. string.sub(digits .. '000', 1, 3) .. 'Z'
end

-- `left` is when the user's last stay began that ended by a word; those before it are over too.
local function has_left(left, joined_at)
  return left and left >= joined_at
end
