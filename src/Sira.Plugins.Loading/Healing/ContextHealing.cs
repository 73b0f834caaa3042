using System.Collections.Concurrent;
using System.Runtime.Loader;
using Microsoft.Extensions.Logging;

namespace Sira.Plugins.Loading.Healing;

/// <summary>Heals what keeps the contexts of plugins that have ended in memory, as far as it is known how.</summary>
internal sealed class ContextHealing
{
    private readonly ILeakHealer[] healers;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<ILeakHealer, bool> failed = new();

    public ContextHealing(IEnumerable<ILeakHealer> healers, ILogger<ContextHealing> logger)
    {
        this.logger = logger;
        this.healers = [.. healers.Where(IsUsable)];
    }

    /// <summary>Heals a context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="isStubborn">Whether collections alone did not remove it.</param>
    public void Heal(AssemblyLoadContext context, bool isStubborn)
    {
        foreach (var healer in healers)
        {
            if (!healer.IsCostly || isStubborn)
            {
                Heal(healer, context);
            }
        }
    }

    private void Heal(ILeakHealer healer, AssemblyLoadContext context)
    {
        try
        {
            if (healer.Heal(context) is > 0 and var count)
            {
                logger.Healed(context.Name, count, healer.Heals);
            }
        }
#pragma warning disable CA1031 // The runtime's internals may be otherwise than they were; that must not reach whoever watches the unloading.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (failed.TryAdd(healer, true))
            {
                logger.NotHealed(exception, healer.Heals);
            }
        }
    }

    private bool IsUsable(ILeakHealer healer)
    {
        if (healer.Missing is not { } member)
        {
            return true;
        }

        logger.CannotHeal(healer.Heals, member, Environment.Version);
        return false;
    }
}
