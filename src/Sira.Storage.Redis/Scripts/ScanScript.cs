using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Scripts;

/// <summary>Reads a page of values by name. Names whose values have gone by themselves are cleared away; a replica, which can do nothing, passes them over.</summary>
/// <remarks>The answer is the name to read on behind, empty at the end, and then names and values in turn.</remarks>
internal static class ScanScript
{
    public static RedisScript Instance { get; } = new("""
        local prefix, partition, size, keysOnly, budget = ARGV[1], ARGV[2], tonumber(ARGV[5]), ARGV[6] == '1', tonumber(ARGV[7])
        local names = redis.call('ZRANGEBYLEX', prefix .. 'n:' .. partition, ARGV[3], ARGV[4], 'LIMIT', 0, size + 1)
        local answer, bytes = {''}, 0
        for i, name in ipairs(names) do
          if i > size or bytes >= budget then
            answer[1] = names[i - 1]
            break
          end
          local key = prefix .. 'v:' .. partition .. ':' .. name
          local value = keysOnly and redis.call('GETRANGE', key, 0, 16) or redis.call('GET', key)
          if value and value ~= '' then
            answer[#answer + 1] = name
            answer[#answer + 1] = value
            bytes = bytes + #value
          else
            redis.pcall('ZREM', prefix .. 'n:' .. partition, name)
            redis.pcall('ZREM', prefix .. 'x:' .. partition, name)
          end
        end
        return answer
        """, isIdempotent: true);
}
