using System.Runtime.InteropServices;

namespace Sira.Plugins.Resolution.Solving;

/// <summary>What has been decided and derived so far, in order, so that it can be taken back.</summary>
internal sealed class PartialSolution
{
    private readonly List<Assignment> assignments = [];
    private readonly List<Slot> slots = [];

    /// <summary>How many decisions stand.</summary>
    public int Level { get; private set; }

    /// <summary>The packages met so far, selected or not.</summary>
    public int Packages => slots.Count;

    /// <summary>The states that are left of a package.</summary>
    public VersionSet StatesOf(Package package) => package.Index < slots.Count && slots[package.Index] is { Last: >= 0 } slot ? slot.States : package.Everything;

    public bool IsDecided(Package package) => package.Index < slots.Count && slots[package.Index].IsDecided;

    /// <summary>Visits the packages that must be selected and are not decided yet.</summary>
    public OpenPackages Open() => new(CollectionsMarshal.AsSpan(slots));

    /// <summary>The decided packages with their positions, in the order of deciding.</summary>
    public IEnumerable<(Package Package, int Position)> Decisions() =>
        assignments.Where(static assignment => assignment.Cause is null).Select(static assignment => (assignment.Package, assignment.Accumulated.Highest));

    public void Decide(Package package, int position)
    {
        Level++;
        Add(package, VersionSet.Of(position, package.States), cause: null);
    }

    public void Derive(Package package, VersionSet states, Incompatibility cause) => Add(package, StatesOf(package) & states, cause);

    /// <summary>The index of the first assignment after which a term held.</summary>
    public int FirstSatisfying(Term term)
    {
        var index = slots[term.Package.Index].Last;
        while (assignments[index].Previous is >= 0 and var previous && assignments[previous].Accumulated.IsSubsetOf(term.States))
        {
            index = previous;
        }

        return index;
    }

    public Assignment this[int index] => assignments[index];

    /// <summary>Takes back everything above a level.</summary>
    public void Backtrack(int level)
    {
        while (assignments.Count > 0 && assignments[^1] is { } last && last.Level > level)
        {
            assignments.RemoveAt(assignments.Count - 1);
            ref var slot = ref CollectionsMarshal.AsSpan(slots)[last.Package.Index];
            slot.Last = last.Previous;
            slot.States = last.Previous < 0 ? last.Package.Everything : assignments[last.Previous].Accumulated;
            slot.IsDecided &= last.Cause is not null;
        }

        Level = level;
    }

    private void Add(Package package, VersionSet accumulated, Incompatibility? cause)
    {
        while (slots.Count <= package.Index)
        {
            slots.Add(new Slot { Last = -1 });
        }

        ref var slot = ref CollectionsMarshal.AsSpan(slots)[package.Index];
        slot.Package = package;
        assignments.Add(new Assignment(package, accumulated, Level, cause, slot.Last));
        slot.Last = assignments.Count - 1;
        slot.States = accumulated;
        slot.IsDecided |= cause is null;
    }

    internal struct Slot
    {
        public Package? Package;
        public int Last;
        public VersionSet States;
        public bool IsDecided;
    }

    internal ref struct OpenPackages(ReadOnlySpan<Slot> slots)
    {
        private readonly ReadOnlySpan<Slot> slots = slots;
        private int index = -1;

        public readonly Term Current => new(slots[index].Package!, slots[index].States);

        public readonly OpenPackages GetEnumerator() => this;

        public bool MoveNext()
        {
            while (++index < slots.Length)
            {
                ref readonly var slot = ref slots[index];
                if (slot is { Last: >= 0, IsDecided: false } && !slot.States.AllowsAbsence)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
