using System.Buffers;

namespace Sira.Session.Context.Building;

/// <summary>Chooses what weighs most.</summary>
/// <remarks>Like <see cref="SteppedWindow"/> it makes the decisions of the turns before again: the lightest are dropped when there is no room, and so many that there is for some turns. Since all weights fade alike with age, two messages are always in the same order.</remarks>
internal static class ImportanceSelection
{
    public static void Select(ContextPlan plan)
    {
        var units = plan.Layout.Units;
        var items = ArrayPool<WindowItem>.Shared.Rent(Math.Max(1, units.Length));
        var kept = ArrayPool<int>.Shared.Rent(Math.Max(1, units.Length));
        var weights = ArrayPool<double>.Shared.Rent(Math.Max(1, units.Length));
        try
        {
            var groups = WindowSelection.Measure(plan, items);
            var count = 0;
            var unit = 0;
            var size = default(ContextRoom);
            for (var group = 0; group <= groups; group++)
            {
                var input = group < groups ? items[group].Input : plan.Next;
                if (!plan.Room.Holds(size + input))
                {
                    count = Drop(plan, kept, weights, count, (plan.Room - input).Share(plan.Options.KeepShare), ref size);
                }

                for (; group < groups && unit < units.Length && units[unit].Group == group; unit++)
                {
                    if (units[unit].IsOptional)
                    {
                        kept[count++] = unit;
                        size += plan.Size(units[unit]);
                    }
                }
            }

            for (var i = 0; i < count; i++)
            {
                (units[kept[i]].IsSelected, units[kept[i]].Reason) = (true, ContextReason.Important);
            }
        }
        finally
        {
            ArrayPool<WindowItem>.Shared.Return(items);
            ArrayPool<int>.Shared.Return(kept);
            ArrayPool<double>.Shared.Return(weights);
        }
    }

    private static int Drop(ContextPlan plan, int[] kept, double[] weights, int count, ContextRoom target, ref ContextRoom size)
    {
        var openGroup = WindowSelection.IsOpen(plan.Layout.Units) ? plan.Layout.Groups - 1 : -1;
        for (var i = 0; i < count; i++)
        {
            // Of two that weigh the same, the newer one.
            weights[i] = -Weight(plan, plan.Layout.Units[kept[i]], openGroup) - (kept[i] * 1e-9);
        }

        // The heaviest first: what is to go is at the end.
        Array.Sort(weights, kept, 0, count);
        while (count > 0 && !target.Holds(size))
        {
            size -= plan.Size(plan.Layout.Units[kept[--count]]);
        }

        return count;
    }

    // The logarithm of the weight, so that age is a sum and does not depend on now.
    private static double Weight(ContextPlan plan, in ContextUnit unit, int openGroup)
    {
        var weights = plan.Options.Weights;
        var role = unit.Kind switch
        {
            ContextUnitKind.User => weights.User,
            ContextUnitKind.Assistant => weights.Assistant,
            ContextUnitKind.System => weights.System,

            // In a turn that is still going on, what tools found has yet to be answered on.
            _ => unit.Group == openGroup ? weights.User : weights.Tool,
        };
        var length = Math.Max(1, unit.Tokens / (double)weights.LongTokens);
        return Math.Log2(role) - (Math.Log2(length) / 2) + (Math.Log2(weights.Mark) * Mark(plan, unit)) + (unit.Group / weights.HalfLife);
    }

    private static int Mark(ContextPlan plan, in ContextUnit unit)
    {
        var marks = plan.Request.Marks;
        var sum = 0;
        for (var i = unit.First; marks.Count > 0 && i < unit.First + unit.Count; i++)
        {
            if (marks.TryGetValue(plan.Request.History.Messages[i].Header.Version, out var mark))
            {
                sum += mark is MessageMark.Important ? 1 : mark is MessageMark.Unimportant ? -1 : 0;
            }
        }

        return Math.Sign(sum);
    }
}
