namespace Sira.Tests.Simulation;

internal enum CallerKind
{
    Unary,
    Stream,
    Embeddings,
}
