namespace Inkstone.Recipes;

/// <summary>Marks a key whose null is written <c>auto</c>: the program chooses.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AutoAttribute : Attribute;
