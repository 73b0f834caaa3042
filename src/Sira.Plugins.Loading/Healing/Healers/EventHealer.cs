using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Removes a plugin's handlers from events of the process.</summary>
internal abstract class EventHealer : ILeakHealer
{
    private readonly RuntimeMembers members = new();
    private readonly List<(FieldInfo Field, Func<IEnumerable<object?>> Sources, Action<object?, Delegate> Remove)> events = [];

    public abstract string Heals { get; }

    public string? Missing => members.Missing;

    public bool IsCostly => false;

    public int Heal(AssemblyLoadContext context)
    {
        var removed = 0;
        foreach (var (field, sources, remove) in events)
        {
            foreach (var source in sources())
            {
                foreach (var handler in (field.GetValue(source) as Delegate)?.GetInvocationList() ?? [])
                {
                    if (context.Owns(handler))
                    {
                        remove(source, handler);
                        removed++;
                    }
                }
            }
        }

        return removed;
    }

    /// <summary>Adds an event.</summary>
    /// <param name="type">Who declares the field that holds its handlers.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="remove">Removes a handler of an object, by the event's own accessor.</param>
    /// <param name="sources">The objects that have the event; without it, it is static.</param>
    protected void Add<THandler>(Type type, string field, Action<object?, THandler> remove, Func<IEnumerable<object?>>? sources = null)
        where THandler : Delegate
    {
        if (members.FindField(type, field, typeof(Delegate)) is { } found)
        {
            events.Add((found, sources ?? (static () => [null]), (source, handler) => remove(source, (THandler)handler)));
        }
    }
}
