using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Ends waits that a plugin registered with the thread pool and never unregistered.</summary>
internal sealed class RegisteredWaitHealer : ILeakHealer
{
    private readonly RuntimeMembers members = new();
    private readonly FieldInfo? pool;
    private readonly FieldInfo? head;
    private readonly FieldInfo? next;
    private readonly FieldInfo? thread;
    private readonly FieldInfo? waits;
    private readonly FieldInfo? helper;
    private readonly FieldInfo? callback;

    public RegisteredWaitHealer()
    {
        var core = typeof(ThreadPool).Assembly;
        var portable = members.FindType(core, "System.Threading.PortableThreadPool");
        var node = members.FindType(core, "System.Threading.PortableThreadPool+WaitThreadNode");
        pool = members.FindField(portable, "ThreadPoolInstance");
        head = members.FindField(portable, "_waitThreadsHead");
        next = members.FindField(node, "<Next>k__BackingField");
        thread = members.FindField(node, "<Thread>k__BackingField");
        waits = members.FindField(members.FindType(core, "System.Threading.PortableThreadPool+WaitThread"), "_registeredWaits", typeof(RegisteredWaitHandle[]));
        helper = members.FindField(typeof(RegisteredWaitHandle), "_callbackHelper");
        callback = members.FindField(members.FindType(core, "System.Threading._ThreadPoolWaitOrTimerCallback"), "_waitOrTimerCallback", typeof(Delegate));
    }

    public string Heals => "waits registered with the thread pool";

    public string? Missing => members.Missing;

    public bool IsCostly => false;

    public int Heal(AssemblyLoadContext context)
    {
        var ended = 0;
        for (var node = head!.GetValue(pool!.GetValue(null)); node is not null; node = next!.GetValue(node))
        {
            // Read without the pool's lock: the slots are written one by one, and unregistering looks again under it.
            foreach (var wait in waits!.GetValue(thread!.GetValue(node)) as RegisteredWaitHandle?[] ?? [])
            {
                if (wait is not null && helper!.GetValue(wait) is { } with && context.Owns(callback!.GetValue(with) as Delegate) && wait.Unregister(null))
                {
                    ended++;
                }
            }
        }

        return ended;
    }
}
