using System;
using System.Linq;

long[] numbers = Console.ReadLine()!.Split(' ').Select(long.Parse).ToArray();
Console.WriteLine(numbers[0] + numbers[1]);
