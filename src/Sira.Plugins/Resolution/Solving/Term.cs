namespace Sira.Plugins.Resolution.Solving;

/// <summary>A statement about one package: its state is one of these.</summary>
internal readonly record struct Term(Package Package, VersionSet States)
{
    /// <summary>Whether it says that the package is selected.</summary>
    public bool IsPositive => !States.AllowsAbsence;

    /// <summary>The opposite statement: its state is one of the others.</summary>
    public Term Inverse => new(Package, Package.Everything - States);
}
