using System.Globalization;
using System.Text;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Protocol;
using static Sira.Storage.Redis.Tests.Client.Protocol.RespText;

namespace Sira.Storage.Redis.Tests.Client.Protocol;

public sealed class RespReaderTests
{
    // What a Redis 7.0.15 has answered to HELLO, SET, GET, CONFIG GET, XRANGE, EVALSHA, ZSCORE, SMEMBERS, SUBSCRIBE, PUBLISH, HGETALL, LCS and EVAL, and what only others send.
    private const string Recorded =
        "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:3\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"
        + "+OK\r\n$1\r\n1\r\n_\r\n%1\r\n$11\r\nappendfsync\r\n$8\r\neverysec\r\n"
        + "*2\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nt\r\n$1\r\nx\r\n*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\nt\r\n$1\r\ny\r\n"
        + "-NOSCRIPT No matching script. Please use EVAL.\r\n,1.5\r\n~2\r\n$1\r\n1\r\n$1\r\n2\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n:1\r\n"
        + "%1\r\n$1\r\nf\r\n$1\r\nv\r\n%2\r\n$7\r\nmatches\r\n*1\r\n*2\r\n*2\r\n:0\r\n:0\r\n*2\r\n:0\r\n:0\r\n$3\r\nlen\r\n:1\r\n*3\r\n:1\r\n*2\r\n:2\r\n$1\r\nx\r\n_\r\n"
        + "$4\r\na\r\nb\r\n$0\r\n\r\n$-1\r\n*-1\r\n#t\r\n#f\r\n,inf\r\n,-inf\r\n,nan\r\n(3492890328409238509324850943850943825024385\r\n!10\r\nERR a\r\nb c\r\n=8\r\ntxt:Some\r\n"
        + "$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n*?\r\n:1\r\n*?\r\n.\r\n.\r\n%?\r\n+a\r\n:1\r\n.\r\n~?\r\n$?\r\n;0\r\n.\r\n|1\r\n+ttl\r\n:3600\r\n*3\r\n:1\r\n|1\r\n+x\r\n*1\r\n:9\r\n:2\r\n:3\r\n|0\r\n%0\r\n~0\r\n";

    private static readonly string[] Expected = Read([Bytes(Recorded)]).ToArray();

    [Theory]
    [InlineData("+OK\r\n", "SimpleString(OK)")]
    [InlineData("-ERR no\r\n", "Error(ERR no)")]
    [InlineData("!6\r\nERR no\r\n", "Error(ERR no)")]
    [InlineData(":-9223372036854775808\r\n", "Integer(-9223372036854775808)")]
    [InlineData("$5\r\na\r\n\0b\r\n", "BulkString(a\r\n\0b)")]
    [InlineData("$-1\r\n", "Null")]
    [InlineData("*-1\r\n", "Null")]
    [InlineData("_\r\n", "Null")]
    [InlineData("#t\r\n", "Boolean(true)")]
    [InlineData(",-1.5e3\r\n", "Double(-1500)")]
    [InlineData(",inf\r\n", "Double(Infinity)")]
    [InlineData("(123456789012345678901234567890\r\n", "BigNumber(123456789012345678901234567890)")]
    [InlineData("=7\r\nmkd:# a\r\n", "VerbatimString(# a)")]
    [InlineData("*2\r\n:1\r\n~1\r\n+a\r\n", "Array(Integer(1) Set(SimpleString(a) ) )")]
    [InlineData("%1\r\n+k\r\n$1\r\nv\r\n", "Map(SimpleString(k) BulkString(v) )")]
    [InlineData(">2\r\n+message\r\n_\r\n", "Push(SimpleString(message) Null )")]
    [InlineData("$?\r\n;2\r\nab\r\n;3\r\nc\r\n\r\n;0\r\n", "BulkString(abc\r\n)")]
    [InlineData("*?\r\n:1\r\n:2\r\n.\r\n", "Array(Integer(1) Integer(2) )")]
    [InlineData("|1\r\n+a\r\n*1\r\n+b\r\n:7\r\n", "Integer(7)")]
    [InlineData("*2\r\n|1\r\n+a\r\n+b\r\n:7\r\n:8\r\n", "Array(Integer(7) Integer(8) )")]
    public void TryRead_EachType_IsRead(string bytes, string expected) => Assert.Equal([expected], Read([Bytes(bytes)]));

    [Fact]
    public void TryRead_CutAnywhere_IsTheSame()
    {
        var bytes = Bytes(Recorded);
        Assert.Equal(34, Expected.Length);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(Expected, Read([bytes[..cut], bytes[cut..]]));
        }

        Assert.Equal(Expected, Read(bytes.Select(static one => new[] { one })));
    }

    [Fact]
    public void TryRead_AnyValue_InAnyParts_ComesBack()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (wire, expected) = (new StringBuilder(), new List<string>());
            for (var i = 0; i < 5; i++)
            {
                expected.Add(Generate(random, wire, depth: 0));
            }

            var (bytes, parts) = (Bytes(wire.ToString()), new List<byte[]>());
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(bytes.Length - at, random.Next(1, 30));
                parts.Add(bytes[at..(at + length)]);
                at += length;
            }

            Assert.Equal(expected, Read(parts));
        }
    }

    [Fact]
    public void TryRead_Damaged_IsRefusedOrSomethingElse_ButEnds()
    {
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Bytes(Recorded);
            for (var damages = random.Next(1, 4); damages > 0; damages--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read([bytes], new RespLimits(MaximumLength: 1 << 20));
            }
            catch (RedisException exception)
            {
                Assert.Equal(RedisErrorKind.Protocol, exception.Kind);
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("+OK\n")]
    [InlineData(":1x\r\n")]
    [InlineData(":\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("~-1\r\n")]
    [InlineData("#x\r\n")]
    [InlineData("_x\r\n")]
    [InlineData(",\r\n")]
    [InlineData(".\r\n")]
    [InlineData(";3\r\nabc\r\n")]
    [InlineData("$?\r\n:1\r\n")]
    [InlineData("$?\r\n;-1\r\n")]
    [InlineData("=3\r\nabc\r\n")]
    [InlineData("%?\r\n+a\r\n.\r\n")]
    [InlineData("*2\r\n.\r\n")]
    [InlineData("$999999999999\r\n")]
    [InlineData("*2147483647\r\n")]
    [InlineData("%2147483647\r\n")]
    [InlineData("$9223372036854775807\r\n")]
    public void TryRead_Garbage_IsRefused(string bytes) =>
        Assert.Equal(RedisErrorKind.Protocol, Assert.Throws<RedisException>(() => Read([Bytes(bytes)])).Kind);

    [Fact]
    public void TryRead_MoreThanTheLimits_IsRefused()
    {
        var limits = new RespLimits(MaximumLength: 1000, MaximumDepth: 4, MaximumLine: 50);

        Assert.Throws<RedisException>(() => Read([Bytes("$1001\r\n")], limits));
        Assert.Throws<RedisException>(() => Read([Bytes(string.Concat(Enumerable.Repeat("*1\r\n", 5)))], limits));
        Assert.Throws<RedisException>(() => Read([Bytes("+" + new string('x', 60))], limits));
        Assert.Throws<RedisException>(() => Read([Bytes("+" + new string('x', 60) + "\r\n")], limits));
        Assert.Throws<RedisException>(() => Read([Bytes("*?\r\n" + string.Concat(Enumerable.Repeat(":1\r\n", 100)))], limits));
        Assert.Throws<RedisException>(() => Read([Bytes("*2\r\n$600\r\n" + new string('x', 600) + "\r\n$600\r\n")], limits));

        // Of each answer, not of all together.
        Assert.Equal(5, Read([Bytes(string.Concat(Enumerable.Repeat("$600\r\n" + new string('x', 600) + "\r\n", 5)))], limits).Count);
    }

    // Writes a value as RESP3 and returns what it has to be read as.
    private static string Generate(Random random, StringBuilder wire, int depth)
    {
        if (random.Next(8) == 0)
        {
            wire.Append("|1\r\n+note\r\n");
            Generate(random, wire, 3);
        }

        switch (random.Next(depth < 3 ? 10 : 6))
        {
            case 0:
                wire.Append(CultureInfo.InvariantCulture, $":{depth - 7}\r\n");
                return $"Integer({depth - 7})";
            case 1:
                wire.Append("_\r\n");
                return "Null";
            case 2:
                var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(256)));
                wire.Append(CultureInfo.InvariantCulture, $"${text.Length}\r\n{text}\r\n");
                return $"BulkString({text})";
            case 3:
                var chunks = Enumerable.Range(0, random.Next(4)).Select(_ => new string((char)random.Next(256), random.Next(1, 9))).ToList();
                wire.Append("$?\r\n");
                chunks.ForEach(chunk => wire.Append(CultureInfo.InvariantCulture, $";{chunk.Length}\r\n{chunk}\r\n"));
                wire.Append(";0\r\n");
                return $"BulkString({string.Concat(chunks)})";
            case 4:
                wire.Append("#t\r\n");
                return "Boolean(true)";
            case 5:
                wire.Append("-ERR x\r\n");
                return "Error(ERR x)";
            default:
                var (kind, mark, each) = random.Next(4) switch { 0 => ("Set", '~', 1), 1 => ("Map", '%', 2), 2 => ("Push", '>', 1), _ => ("Array", '*', 1) };
                var (count, isStreamed) = (random.Next(5), random.Next(3) == 0);
                wire.Append(CultureInfo.InvariantCulture, $"{mark}{(isStreamed ? "?" : count)}\r\n");
                var items = string.Concat(Enumerable.Range(0, count * each).Select(_ => Generate(random, wire, depth + 1) + " ").ToList());
                wire.Append(isStreamed ? ".\r\n" : string.Empty);
                return $"{kind}({items})";
        }
    }
}
