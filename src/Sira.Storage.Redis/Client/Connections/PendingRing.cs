namespace Sira.Storage.Redis.Client.Connections;

/// <summary>The commands that wait for their answers, in their order: first asked, first answered. Under the connection's lock.</summary>
internal sealed class PendingRing
{
    private PendingCommand?[] commands = new PendingCommand?[64];
    private int head;

    public int Count { get; private set; }

    public PendingCommand this[int index] => commands[(head + index) & (commands.Length - 1)]!;

    public void Add(PendingCommand command)
    {
        if (Count == commands.Length)
        {
            var larger = new PendingCommand?[Count * 2];
            for (var i = 0; i < Count; i++)
            {
                larger[i] = this[i];
            }

            (commands, head) = (larger, 0);
        }

        commands[(head + Count++) & (commands.Length - 1)] = command;
    }

    public PendingCommand? TakeFirst()
    {
        if (Count == 0)
        {
            return null;
        }

        var first = commands[head];
        commands[head] = null;
        (head, Count) = ((head + 1) & (commands.Length - 1), Count - 1);
        return first;
    }
}
