using Sira.Kernel.Time;

namespace Sira.Tests.Failover;

/// <summary>The numbers that a scenario is played with: those that it is stated with, or others, drawn from a seed.</summary>
internal sealed class ScenarioNumbers
{
    private static readonly RequestKind[] Kinds = [RequestKind.Text, RequestKind.Tools, RequestKind.Schema];

    private readonly SeededRandomSource? random;

    private ScenarioNumbers(IReadOnlyList<string> wires, bool streaming, SeededRandomSource? random) =>
        (Wires, Streaming, this.random) = (wires, streaming, random);

    public static string[] AllWires { get; } = ["chat", "responses", "anthropic", "gemini"];

    /// <summary>The wire of each provider, the primary's first.</summary>
    public IReadOnlyList<string> Wires { get; }

    public bool Streaming { get; }

    public RequestKind Kind { get; private init; }

    /// <summary>Whether each provider says something else, as sampling models do.</summary>
    public bool Diverges { get; init; }

    public bool IsDrawn => random is not null;

    /// <summary>The issue's numbers.</summary>
    public static ScenarioNumbers Stated(string wire, bool streaming, bool diverges = false) => new([wire, wire], streaming, random: null) { Diverges = diverges };

    /// <summary>Drawn numbers: two or three providers of any wires, any kind of request, streaming or not.</summary>
    public static ScenarioNumbers Drawn(int seed)
    {
        var random = new SeededRandomSource(seed);
        var wires = new string[2 + random.Next(2)];
        for (var i = 0; i < wires.Length; i++)
        {
            wires[i] = AllWires[random.Next(AllWires.Length)];
        }

        return new ScenarioNumbers(wires, random.Next(3) > 0, random) { Kind = Kinds[random.Next(Kinds.Length)], Diverges = random.Next(3) == 0 };
    }

    /// <summary>A number: the stated one, or one drawn between two others.</summary>
    public int Pick(int stated, int from, int to) => random is null ? stated : from + random.Next(to - from + 1);

    /// <summary>One of several: the first, unless numbers are drawn.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[random?.Next(choices.Length) ?? 0];

    /// <summary>A duration in milliseconds.</summary>
    public TimeSpan PickTime(int stated, int from, int to) => TimeSpan.FromMilliseconds(Pick(stated, from, to));

    public override string ToString() => $"{string.Join('>', Wires)} {(Streaming ? "stream" : "answer")} {Kind}{(Diverges ? " diverging" : string.Empty)}";
}
