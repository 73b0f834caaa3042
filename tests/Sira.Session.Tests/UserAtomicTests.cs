namespace Sira.Session.Tests;

public sealed class UserAtomicTests() : UserTests(isAtomic: true);
