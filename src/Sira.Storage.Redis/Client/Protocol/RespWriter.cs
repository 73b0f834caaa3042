using System.Buffers.Text;
using System.Text;

namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>Writes commands: arrays of texts, the same in RESP2 and RESP3.</summary>
internal static class RespWriter
{
    // '*' or '$', a number, and the end of the line.
    private const int HeadLength = 1 + 20 + 2;

    /// <summary>How many bytes a command takes at most.</summary>
    public static long Measure(in RedisCommand command)
    {
        long length = (2 * HeadLength) + command.Name.Length + 2;
        foreach (ref readonly var argument in command.Arguments.Span)
        {
            length += HeadLength + argument.Length + 2;
        }

        return length;
    }

    /// <summary>Writes a command into what waits to be sent.</summary>
    /// <param name="output">What waits.</param>
    /// <param name="command">The command.</param>
    /// <param name="length">What <see cref="Measure"/> has said.</param>
    public static void Write(OutputBuffer output, in RedisCommand command, int length)
    {
        var room = output.Ask(length);
        var at = WriteHead(room, (byte)'*', command.Arguments.Length + 1);
        at += WriteHead(room[at..], (byte)'$', command.Name.Length);
        at += Encoding.ASCII.GetBytes(command.Name, room[at..]);
        at += End(room[at..]);
        foreach (ref readonly var argument in command.Arguments.Span)
        {
            at += WriteHead(room[at..], (byte)'$', argument.Length);
            at += argument.CopyTo(room[at..]);
            at += End(room[at..]);
        }

        output.Advance(at);
    }

    private static int WriteHead(Span<byte> room, byte kind, int number)
    {
        room[0] = kind;
        Utf8Formatter.TryFormat(number, room[1..], out var digits);
        return 1 + digits + End(room[(1 + digits)..]);
    }

    private static int End(Span<byte> room)
    {
        room[1] = (byte)'\n';
        room[0] = (byte)'\r';
        return 2;
    }
}
