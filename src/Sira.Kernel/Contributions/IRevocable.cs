namespace Sira.Kernel.Contributions;

/// <summary>Something that can be emptied, whatever it holds.</summary>
internal interface IRevocable
{
    /// <summary>Lets go of what it holds.</summary>
    void Revoke();
}
