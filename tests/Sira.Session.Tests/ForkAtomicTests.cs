namespace Sira.Session.Tests;

public sealed class ForkAtomicTests() : ForkTests(isAtomic: true);
