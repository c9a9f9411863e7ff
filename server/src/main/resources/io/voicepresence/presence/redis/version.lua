-- The channel's version, which grows by one with each change.
-- Needs: version_key, feed, now. Gives: previous, raise(), publish(kind, detail, json).
--
-- It jumps to the clock where it may have lost changes: when nothing is stored, and when this server was promoted or
-- restarted since the last change (each gives a new replication id). A replica that lagged would otherwise give out
-- again what its dead master had given out already.
local stored = redis.call('HMGET', version_key, 'version', 'since', 'lineage')
local lineage = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
local version = tonumber(string.match(stored[1] or '', '^%d+$') or 0)
local since = tonumber(string.match(stored[2] or '', '^%d+$') or 0)
local intact = version > 0 and stored[3] == lineage
local previous = version

local function raise()
  previous = version
  if intact then
    version = version + 1
  else
    version = math.max(now, version + 1)
    since = version
    intact = true
  end
  redis.call('HSET', version_key, 'version', string.format('%.0f', version), 'since', string.format('%.0f', since),
    'lineage', lineage)
  redis.call('PEXPIRE', version_key, VERSION_TTL)
  return version
end

local function publish(kind, detail, json)
  redis.call('SPUBLISH', feed, string.format('1 %.0f %.0f ', previous, version) .. kind .. ' ' .. detail .. ' ' .. json)
end
