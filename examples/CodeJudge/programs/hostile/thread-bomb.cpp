#include <thread>
#include <vector>

int main()
{
    std::vector<std::thread> threads;
    for (;;)
        threads.emplace_back([] { for (;;) std::this_thread::sleep_for(std::chrono::hours(1)); });
}
