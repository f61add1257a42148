#pragma once

#include <string>

namespace calculon::test {

// What a loop over thousands of cases found wrong: counted, the first few in words. One assertion
// at the end of the loop replaces one for every number.
class Findings {
 public:
  void add(const std::string& finding);
  void add_unless(bool holds, const std::string& finding) {
    if (!holds) {
      add(finding);
    }
  }
  bool empty() const { return count_ == 0; }
  std::string text() const;

 private:
  std::size_t count_ = 0;
  std::string text_;
};

}  // namespace calculon::test
