import { createHash } from 'node:crypto';

/**
 * Charges many calls in order. Each call is charged in all of its limits or in none. The argument is a JSON list of
 * numbers: for each call how many limits it has, and for each of those the number of the key, the most, the cost, the
 * window and the time to block after a refusal, both in milliseconds. The reply is one as well: for each call the
 * position of the limit that refused it or 0, and for each of its limits the count and the milliseconds left.
 *
 * Every key is read and written once. A key without an end or with another value than a number counts as none, and is
 * replaced.
 */
export const CHARGE_SCRIPT = `
local given = cjson.decode(ARGV[1])
local hits, left, fresh, added = {}, {}, {}, {}
local function load(key)
  if hits[key] then return end
  local value = redis.pcall('GET', KEYS[key])
  local count = type(value) == 'string' and tonumber(value) or nil
  local ttl = count and redis.call('PTTL', KEYS[key]) or 0
  if ttl > 0 then
    hits[key], left[key], fresh[key] = count, ttl, false
  else
    hits[key], left[key], fresh[key] = 0, 0, true
  end
  added[key] = 0
end
local reply, at = {}, 1
while given[at] do
  local size, refused = given[at], 0
  for i = 0, size - 1 do
    local from = at + 1 + i * 5
    local key, max, cost, block = given[from], given[from + 1], given[from + 2], given[from + 4]
    load(key)
    if refused == 0 and hits[key] + cost > max then
      refused = i + 1
      if block > 0 and hits[key] <= max then
        hits[key], left[key], fresh[key] = max + 1, block, true
      end
    end
  end
  reply[#reply + 1] = refused
  for i = 0, size - 1 do
    local from = at + 1 + i * 5
    local key, cost, window = given[from], given[from + 2], given[from + 3]
    if refused == 0 and cost > 0 then
      if fresh[key] and hits[key] == 0 then left[key] = math.max(window, 1) end
      hits[key] = hits[key] + cost
      added[key] = added[key] + cost
    end
    reply[#reply + 1] = hits[key]
    reply[#reply + 1] = left[key]
  end
  at = at + 1 + size * 5
end
for key = 1, #KEYS do
  if fresh[key] and hits[key] > 0 then
    redis.call('SET', KEYS[key], string.format('%.0f', hits[key]), 'PX', string.format('%.0f', left[key]))
  elseif added[key] and added[key] > 0 then
    redis.call('INCRBY', KEYS[key], string.format('%.0f', added[key]))
  end
end
return cjson.encode(reply)
`;

export const CHARGE_SCRIPT_SHA = createHash('sha1').update(CHARGE_SCRIPT).digest('hex');
