using System.Text;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Tests.Client.Protocol;

public sealed class RespWriterTests
{
    [Fact]
    public void Write_TextsNumbersAndBytes_AreTextsOfTheProtocol()
    {
        var output = new OutputBuffer();
        var command = new RedisCommand("SET", "é\0", new byte[] { 0, 255, 13, 10 }, "PX", long.MinValue, 0, ReadOnlyMemory<byte>.Empty);

        var length = RespWriter.Measure(command);
        RespWriter.Write(output, command, (int)length);

        Assert.Equal("*7\r\n$3\r\nSET\r\n$3\r\nÃ©\0\r\n$4\r\n\0ÿ\r\n\r\n$2\r\nPX\r\n$20\r\n-9223372036854775808\r\n$1\r\n0\r\n$0\r\n\r\n", Encoding.Latin1.GetString(output.Written.Span));
        Assert.InRange(output.Length, 1, length);
    }

    [Fact]
    public void Write_ManyAndLarge_AreKeptWhole()
    {
        var output = new OutputBuffer();
        var expected = new StringBuilder();
        for (var size = 0; size < 3_000_000; size = (size * 2) + 1)
        {
            var command = new RedisCommand("ECHO", new byte[size]);
            RespWriter.Write(output, command, (int)RespWriter.Measure(command));
            expected.Append($"*2\r\n$4\r\nECHO\r\n${size}\r\n").Append('\0', size).Append("\r\n");
        }

        Assert.Equal(expected.ToString(), Encoding.Latin1.GetString(output.Written.Span));
        output.Clear();
        Assert.Equal(0, output.Length);
    }
}
