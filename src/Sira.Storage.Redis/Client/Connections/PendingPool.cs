namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Keeps commands that have ended for those to come.</summary>
internal sealed class PendingPool
{
    // More are in flight only in a burst.
    private const int Capacity = 1024;

    private readonly Lock gate = new();
    private readonly PendingCommand[] free = new PendingCommand[Capacity];
    private int count;

    public PendingCommand Rent()
    {
        lock (gate)
        {
            if (count > 0)
            {
                return free[--count];
            }
        }

        return new PendingCommand(this);
    }

    public void Return(PendingCommand command)
    {
        lock (gate)
        {
            if (count < Capacity)
            {
                free[count++] = command;
            }
        }
    }
}
