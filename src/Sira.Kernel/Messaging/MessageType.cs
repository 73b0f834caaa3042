namespace Sira.Kernel.Messaging;

/// <summary>Numbers the types of messages, so that a bus finds its subscribers by index instead of by hash.</summary>
internal static class MessageType
{
    private static int last = -1;

    public static int Next() => Interlocked.Increment(ref last);
}
