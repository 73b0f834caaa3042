using System.Collections.Immutable;
using Sira.Kernel.Time;

namespace Sira.Simulation.Faults;

/// <summary>When which fault happens. All rules that match a request apply together; where they contradict each other, the rule that was added first holds.</summary>
/// <remarks>Thread-safe; rules may be added while requests run and concern the requests that arrive afterwards. Requests are counted from 1 in the order of their arrival.</remarks>
public sealed class FaultSchedule
{
    private readonly int seed;
    private ImmutableList<Func<SimulatedRequest, Fault?>> rules = [];

    internal FaultSchedule(int seed) => this.seed = seed;

    /// <summary>Adds a fault that every request meets.</summary>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule Always(Fault fault) => Add(fault, static (_, _) => true, 0);

    /// <summary>Adds a fault for one request.</summary>
    /// <param name="number">The request's number, from 1.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule OnRequest(int number, Fault fault) => OnRequests(number, number, fault);

    /// <summary>Adds a fault for a run of requests.</summary>
    /// <param name="first">The first number, from 1.</param>
    /// <param name="last">The last number; <see cref="int.MaxValue"/> for all that follow.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule OnRequests(int first, int last, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        return Add(fault, static (request, run) => request.Number >= run.first && request.Number <= run.last, (first, last));
    }

    /// <summary>Adds a fault for every n-th request.</summary>
    /// <param name="n">Every how many.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule EveryNth(int n, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return Add(fault, static (request, n) => request.Number % n == 0, n);
    }

    /// <summary>Adds one entry per request, beginning with the next: a fault, or <see langword="null"/> for a request that goes well. Later requests go well.</summary>
    /// <param name="faults">The entries.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule Sequence(params IReadOnlyList<Fault?> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var entries = faults.ToArray();
        var next = 0;
        return When(_ =>
        {
            var index = Interlocked.Increment(ref next) - 1;
            return index < entries.Length ? entries[index] : null;
        });
    }

    /// <summary>Adds a fault for requests that a predicate picks.</summary>
    /// <param name="predicate">The predicate; called once per request, possibly from several threads.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule When(Func<SimulatedRequest, bool> predicate, Fault fault)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Add(fault, static (request, predicate) => predicate(request), predicate);
    }

    /// <summary>Adds a rule that decides for itself.</summary>
    /// <param name="choose">Returns the fault of a request, or <see langword="null"/>; called once per request, possibly from several threads.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule When(Func<SimulatedRequest, Fault?> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        ImmutableInterlocked.Update(ref rules, static (rules, rule) => rules.Add(rule), choose);
        return this;
    }

    /// <summary>Adds a fault that happens by chance. The draw depends on the provider's seed, on the position of the rule and on the request's number, so the same requests fail in every run, however threads interleave.</summary>
    /// <param name="probability">The probability, between 0 and 1.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule WithProbability(double probability, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        var position = rules.Count;
        return Add(
            fault,
            static (request, state) => new SeededRandomSource(Mix(state.seed, state.position, request.Number)).NextDouble() < state.probability,
            (seed, position, probability));
    }

    /// <summary>Adds a fault for requests that arrive within a window of time.</summary>
    /// <param name="from">Its beginning, counted from the making of the provider.</param>
    /// <param name="to">Its end, exclusive.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>This schedule.</returns>
    public FaultSchedule Between(TimeSpan from, TimeSpan to, Fault fault) =>
        Add(fault, static (request, window) => request.ArrivedAfter >= window.from && request.ArrivedAfter < window.to, (from, to));

    /// <summary>Removes all rules: the provider is healthy again.</summary>
    /// <returns>This schedule.</returns>
    public FaultSchedule Clear()
    {
        ImmutableInterlocked.Update(ref rules, static _ => []);
        return this;
    }

    internal Fault? Decide(SimulatedRequest request)
    {
        Fault? decided = null;
        foreach (var rule in rules)
        {
            if (rule(request) is { } fault)
            {
                decided = decided?.With(fault) ?? fault;
            }
        }

        return decided;
    }

    private FaultSchedule Add<TState>(Fault fault, Func<SimulatedRequest, TState, bool> applies, TState state)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return When(request => applies(request, state) ? fault : null);
    }

    private static int Mix(int seed, int position, int number)
    {
        var mixed = unchecked(((uint)seed * 2654435761u) ^ ((uint)position * 40503u) ^ ((uint)number * 2246822519u));
        mixed = (mixed ^ (mixed >> 15)) * 3266489917u;
        return (int)(mixed ^ (mixed >> 16));
    }
}
