using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Session.Context;

/// <summary>What messages weigh against each other. A weight is halved with every <see cref="HalfLife"/> turns of age.</summary>
public sealed record ImportanceWeights
{
    /// <summary>Gets after how many turns a message weighs half.</summary>
    /// <value>Above 0. Default 20.</value>
    public double HalfLife { get; init; } = 20;

    /// <summary>Gets what a user's message weighs.</summary>
    /// <value>Above 0. Default 1.</value>
    public double User { get; init; } = 1;

    /// <summary>Gets what an answer weighs.</summary>
    /// <value>Above 0. Default 0.7.</value>
    public double Assistant { get; init; } = 0.7;

    /// <summary>Gets what a tool call weighs together with its results, which have done their work once they are answered on.</summary>
    /// <value>Above 0. Default 0.3.</value>
    public double Tool { get; init; } = 0.3;

    /// <summary>Gets what a system message within the history weighs.</summary>
    /// <value>Above 0. Default 4.</value>
    public double System { get; init; } = 4;

    /// <summary>Gets by how much a mark multiplies or divides.</summary>
    /// <value>From 1 on. Default 8.</value>
    public double Mark { get; init; } = 8;

    /// <summary>Gets from how many tokens on a message weighs less, by the root of how much longer it is: a long one takes the room of many.</summary>
    /// <value>From 1 on. Default 256.</value>
    public int LongTokens { get; init; } = 256;

    internal void Validate(string path, ConfigurationErrors errors)
    {
        ReadOnlySpan<(string Name, double Value, double Minimum)> values =
        [
            (nameof(HalfLife), HalfLife, double.Epsilon), (nameof(User), User, double.Epsilon), (nameof(Assistant), Assistant, double.Epsilon),
            (nameof(Tool), Tool, double.Epsilon), (nameof(System), System, double.Epsilon), (nameof(Mark), Mark, 1), (nameof(LongTokens), LongTokens, 1),
        ];
        foreach (var (name, value, minimum) in values)
        {
            if (!(value >= minimum) || !double.IsFinite(value))
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), minimum == 1 ? "Use a number from 1 on." : "Use a number above 0.");
            }
        }
    }
}
