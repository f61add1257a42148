#include "text/chrome_trace.h"

#include <fmt/format.h>

#include "base/json_text.h"

namespace calculon {
namespace {

std::string ids_of(const ChromeTrace::Row& row) {
  return fmt::format(R"("pid":{},"tid":{})", row.process, row.thread);
}

}  // namespace

void ChromeTrace::add(std::string_view event) {
  events_ += events_.empty() ? "" : ",\n";
  events_ += event;
}

void ChromeTrace::describe(std::string_view what, const std::string& ids, std::string_view args) {
  add(fmt::format(R"({{"ph":"M","name":"{}",{},"args":{{{}}}}})", what, ids, args));
}

void ChromeTrace::name_process(std::size_t process, const std::string& name) {
  describe("process_name", fmt::format(R"("pid":{})", process),
           fmt::format(R"("name":{})", json_text(name)));
}

void ChromeTrace::sort_process(std::size_t process) {
  describe("process_sort_index", fmt::format(R"("pid":{})", process),
           fmt::format(R"("sort_index":{})", process));
}

void ChromeTrace::name_thread(const Row& row, const std::string& name) {
  describe("thread_name", ids_of(row), fmt::format(R"("name":{})", json_text(name)));
  describe("thread_sort_index", ids_of(row), fmt::format(R"("sort_index":{})", row.thread));
}

void ChromeTrace::bar(const Row& row, const std::string& name, std::string_view category,
                      double begin_microseconds, double microseconds, const Json& args) {
  if (microseconds > 0) {
    add(fmt::format(R"({{"ph":"X","name":{},"cat":"{}",{},"ts":{},"dur":{}{}}})", json_text(name),
                    category, ids_of(row), begin_microseconds, microseconds,
                    args.is_null() ? "" : ",\"args\":" + json_text(args)));
  }
}

std::string ChromeTrace::text(const Json& about) const {
  const std::string other = about.is_null() ? "" : ",\"otherData\":" + json_text(about);
  return "{\"displayTimeUnit\":\"ms\"" + other + ",\"traceEvents\":[\n" + events_ + "\n]}\n";
}

}  // namespace calculon
