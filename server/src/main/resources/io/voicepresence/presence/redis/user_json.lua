-- Changes flags in a user's JSON and leaves every other byte as it is: other backends own fields of their own in it,
-- which a decode and encode would reorder, round or escape anew.
-- Gives: with_flags(json, updates) -> the new JSON, or nil where the old is no JSON object.

-- The closing quote of the string that opens at `open`.
local function string_end(json, open)
  local at = open + 1
  while true do
    at = string.find(json, '["\\]', at)
    if not at or string.byte(json, at) == 34 then
      return at
    end
    at = at + 2
  end
end

-- The last character of the value that starts at `first`.
local function value_end(json, first)
  local start = string.sub(json, first, first)
  if start == '"' then
    return string_end(json, first)
  elseif start ~= '{' and start ~= '[' then
    local _, last, text = string.find(json, '^([%w%.%+%-]+)', first)
    local is_value = text == 'true' or text == 'false' or text == 'null'
      or text and string.find(text, '^%-?%d+%.?%d*[eE]?[%+%-]?%d*$')
    return is_value and last
  end
  local depth, at = 0, first
  repeat
    at = string.find(json, '["{}%[%]]', at)
    local found = at and string.sub(json, at, at)
    if not found then
      return nil
    elseif found == '"' then
      at = string_end(json, at)
    elseif found == '{' or found == '[' then
      depth = depth + 1
    else
      depth = depth - 1
    end
    at = at and at + 1
  until not at or depth == 0
  return at and pcall(cjson.decode, string.sub(json, first, at - 1)) and at - 1
end

-- Where each field of the outermost object stands, by its name, and where that object's closing brace does.
local function fields_of(json)
  local fields = {}
  local _, at = string.find(json, '^%s*{%s*')
  while at do
    local name_at = at + 1
    local name_end = string.sub(json, name_at, name_at) == '"' and string_end(json, name_at)
    if not name_end then
      return nil
    end
    local _, colon = string.find(json, '^%s*:%s*', name_end + 1)
    local last = colon and value_end(json, colon + 1)
    if not last then
      return nil
    end
    local name = string.sub(json, name_at + 1, name_end - 1)
    if string.find(name, '\\', 1, true) then
      local is_json, decoded = pcall(cjson.decode, '["' .. name .. '"]')
      name = is_json and decoded[1] or name
    end
    -- Of several by one name the last counts, as to every reader.
    fields[name] = { name = name_at, first = colon + 1, last = last }
    local _, comma = string.find(json, '^%s*,%s*', last + 1)
    local _, _, brace = string.find(json, '^%s*()}%s*$', last + 1)
    if brace then
      return fields, brace
    end
    at = comma
  end
  return nil
end

local function without(json, field)
  local before, count = string.gsub(string.sub(json, 1, field.name - 1), '%s*,%s*$', '')
  local after = string.sub(json, field.last + 1)
  return before .. (count == 0 and string.gsub(after, '^%s*,%s*', '') or after)
end

-- JSON just as this server writes it takes a few looks instead of one for each token. Nil for any other: with fields of
-- another backend, escapes, or a moderator's flag.
local function with_flags_of_ours(json, updates)
  local _, at = string.find(json, '^{"id":"[^"\\]*","username":"[^"\\]*",')
  if not at then
    return nil
  end
  local _, display_name = string.find(json, '^"displayName":"[^"\\]*",', at + 1)
  at = display_name or at
  local _, avatar_url = string.find(json, '^"avatarUrl":"[^"\\]*",', at + 1)
  at = avatar_url or at
  local first, video, screen, muted, deafened = string.match(json, '^"joinedAt":"[^"\\]*","isVideoEnabled":()(%a+),'
    .. '"isScreenSharing":(%a+),"isMuted":(%a+),"isDeafened":(%a+)}$', at + 1)
  local flags = { isVideoEnabled = video, isScreenSharing = screen, isMuted = muted, isDeafened = deafened }
  for flag, value in string.gmatch(updates, '"(%w+)":(%a+)') do
    if flags[flag] ~= 'true' and flags[flag] ~= 'false' then
      return nil
    end
    flags[flag] = value
  end
  return first and string.sub(json, 1, first - 1) .. flags.isVideoEnabled .. ',"isScreenSharing":'
    .. flags.isScreenSharing .. ',"isMuted":' .. flags.isMuted .. ',"isDeafened":' .. flags.isDeafened .. '}'
end

-- `updates` is JSON too, and ours: {"isMuted":true}. A moderator's flag stands there only while it is on.
local function with_flags(json, updates)
  local ours = with_flags_of_ours(json, updates)
  if ours then
    return ours
  end
  for flag, value in string.gmatch(updates, '"(%w+)":(%a+)') do
    local fields, brace = fields_of(json)
    if not fields then
      return nil
    end
    local field = fields[flag]
    if field and value == 'false' and string.find(flag, '^isServer') then
      -- One that stood before it by the same name would count now.
      while field do
        json = without(json, field)
        fields = fields_of(json)
        field = fields and fields[flag]
      end
    elseif field then
      json = string.sub(json, 1, field.first - 1) .. value .. string.sub(json, field.last + 1)
    elseif value == 'true' or not string.find(flag, '^isServer') then
      json = string.sub(json, 1, brace - 1) .. ',"' .. flag .. '":' .. value .. string.sub(json, brace)
    end
  end
  return json
end
