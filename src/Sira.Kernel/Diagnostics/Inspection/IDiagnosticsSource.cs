namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Tells what goes on in one part of Sira. Register any number as services; plugins too.</summary>
public interface IDiagnosticsSource
{
    /// <summary>Gets the name.</summary>
    string Name { get; }

    /// <summary>Adds what is known at this instant. It must not block or call anybody. What it throws is told as a fact of its name, and the others are asked all the same.</summary>
    /// <param name="snapshot">Takes it.</param>
    void Contribute(DiagnosticsSnapshotBuilder snapshot);
}
