#include <algorithm>
#include <iostream>
#include <vector>

int main()
{
    std::size_t count;
    std::cin >> count;
    std::vector<long long> numbers(count);
    for (auto& number : numbers)
        std::cin >> number;
    std::sort(numbers.begin(), numbers.end());
    for (auto number : numbers)
        std::cout << number << ' ';
    std::cout << '\n';
}
