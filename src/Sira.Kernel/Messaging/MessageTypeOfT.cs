namespace Sira.Kernel.Messaging;

/// <summary>The number of one type of message, the same for every bus of the process.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal static class MessageType<T>
{
    public static readonly int Index = MessageType.Next();
}
