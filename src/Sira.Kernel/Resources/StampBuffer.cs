using System.Runtime.CompilerServices;

namespace Sira.Kernel.Resources;

/// <summary>Room for the stamps of one reservation on the stack.</summary>
/// <remarks>Not a <c>stackalloc</c>: a method with one is compiled once, before it is known which pools it meets.</remarks>
[InlineArray(Length)]
internal struct StampBuffer
{
    public const int Length = 32;

#pragma warning disable IDE0044, IDE0051, CS0169 // The compiler repeats it.
    private long first;
#pragma warning restore IDE0044, IDE0051, CS0169
}
