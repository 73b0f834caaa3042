using System.Buffers;

namespace Sira.Session.Context.Building;

/// <summary>Chooses the newest turns that fit.</summary>
internal static class WindowSelection
{
    /// <summary>Chooses.</summary>
    /// <param name="plan">The plan, whose units are marked.</param>
    /// <param name="reserve">What is kept free once something has been dropped.</param>
    /// <returns>The index of the first unit of the window: what is before it was dropped unless it must be sent.</returns>
    public static int Select(ContextPlan plan, ContextRoom reserve = default)
    {
        var units = plan.Layout.Units;
        var items = ArrayPool<WindowItem>.Shared.Rent(Math.Max(1, units.Length));
        try
        {
            var groups = Measure(plan, items);
            var start = SteppedWindow.Start(items.AsSpan(0, groups), plan.Next, plan.Room, plan.Room - reserve, plan.Options.KeepShare);
            var first = FirstOf(units, start);
            if (start == groups && groups > 0 && IsOpen(units))
            {
                // A turn that is still going on and does not fit as a whole: its newest steps, since without them the model begins again.
                first = SelectSteps(plan, items, FirstOf(units, groups - 1), reserve);
            }

            for (var i = first; i < units.Length; i++)
            {
                if (units[i].IsOptional)
                {
                    (units[i].IsSelected, units[i].Reason) = (true, ContextReason.Recent);
                }
            }

            return first;
        }
        finally
        {
            ArrayPool<WindowItem>.Shared.Return(items);
        }
    }

    /// <summary>Measures the groups.</summary>
    /// <returns>How many there are.</returns>
    public static int Measure(ContextPlan plan, Span<WindowItem> items)
    {
        var units = plan.Layout.Units;
        var groups = plan.Layout.Groups;
        items[..groups].Clear();
        var group = -1;
        var isInput = false;
        foreach (ref readonly var unit in units)
        {
            if (unit.Group != group)
            {
                (group, isInput) = (unit.Group, true);
            }

            isInput &= unit.Kind is ContextUnitKind.User or ContextUnitKind.System;
            if (unit.IsOptional)
            {
                var size = plan.Size(unit);
                items[group] = new WindowItem(items[group].Size + size, isInput ? items[group].Input + size : items[group].Input);
            }
        }

        return groups;
    }

    /// <summary>Tells whether the new messages go on with the last turn: then some of it must be sent.</summary>
    public static bool IsOpen(ReadOnlySpan<ContextUnit> units)
    {
        for (var i = units.Length - 1; i >= 0 && units[i].Group == units[^1].Group; i--)
        {
            if (units[i].IsMandatory && units[i].Reason is ContextReason.LastUserMessage or ContextReason.AnsweredNow)
            {
                return true;
            }
        }

        return false;
    }

    private static int SelectSteps(ContextPlan plan, Span<WindowItem> items, int first, ContextRoom reserve)
    {
        var units = plan.Layout.Units;
        for (var i = first; i < units.Length; i++)
        {
            items[i - first] = new WindowItem(units[i].IsOptional ? plan.Size(units[i]) : default, default);
        }

        var room = plan.Room - reserve;
        return first + SteppedWindow.Start(items[..(units.Length - first)], plan.Next, room, room, plan.Options.KeepShare);
    }

    private static int FirstOf(ReadOnlySpan<ContextUnit> units, int group)
    {
        for (var i = 0; i < units.Length; i++)
        {
            if (units[i].Group >= group)
            {
                return i;
            }
        }

        return units.Length;
    }
}
