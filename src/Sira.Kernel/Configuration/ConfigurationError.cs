namespace Sira.Kernel.Configuration;

/// <summary>One mistake in the configuration: where it stands, what stands there, what is wrong with it and how to mend it.</summary>
/// <param name="Path">The place, as a configuration path such as <c>Sira:Routes:default:Strategy</c> or the builder call that set it.</param>
/// <param name="Problem">What is wrong, naming the value.</param>
/// <param name="Fix">What to write instead, naming the known alternatives where there are any.</param>
public sealed record ConfigurationError(string Path, string Problem, string Fix)
{
    /// <inheritdoc />
    public override string ToString() => $"{Path}: {Problem} {Fix}";
}
