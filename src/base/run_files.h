#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

namespace calculon {

// The path of the file that symbolic links lead to, which need not be there.
std::string link_target(const std::string& path);

// The files that a run of the program reads and writes. While one of these lives, no output may be
// an input, and none another output: told by the files themselves, whatever names and links lead
// there, and by folder and name where there is no file yet. Pipes and devices do not count, nor
// standard output; standard input does where it is a file. Only one at a time is asked; without
// any, nothing is checked.
class RunFiles {
 public:
  RunFiles();
  ~RunFiles();
  RunFiles(const RunFiles&) = delete;
  RunFiles& operator=(const RunFiles&) = delete;

 private:
  friend void note_input(const std::string& path);
  friend void note_output(const std::string& path);

  using File = std::tuple<unsigned long, unsigned long>;                // device, number
  using Place = std::tuple<unsigned long, unsigned long, std::string>;  // folder, name
  struct Identity {
    std::optional<File> file;
    std::optional<Place> place;
  };
  // Files with the names they were given.
  struct Known {
    std::map<File, std::string> files;
    std::map<Place, std::string> places;

    void add(const Identity& identity, const std::string& path);
    const std::string* find(const Identity& identity) const;
  };
  static Identity identity_of(const std::string& path);
  static Identity identity_of_standard_input();

  RunFiles* before_;
  std::mutex mutex_;
  Known inputs_;
  Known outputs_;
};

// The complaint about an output that is an input, too; it names both where their names differ.
std::string also_input(const std::string& output, const std::string& input);

// To be called before a file is read, or before it is opened for writing: throws InputError where
// it is an output of this run already, or an input or another output.
void note_input(const std::string& path);
void note_output(const std::string& path);

}  // namespace calculon
