#include "torture/process.h"

#include <chrono>
#include <csignal>
#include <thread>

namespace calculon::torture {

StopResult stop_program(test::BackgroundProgram& program, int signal) {
  constexpr int kSteps = 10000;  // of 2 ms
  StopResult stop;
  if (program.running()) {
    stop.seconds = test::seconds_of([&] {
      program.send(signal);
      for (int i = 0; i < kSteps && program.running(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      if (program.running()) {
        program.send(SIGKILL);
      }
    });
  }
  const test::ProgramResult result = program.result();
  stop.status = result.status;
  stop.err = result.err;
  return stop;
}

}  // namespace calculon::torture
