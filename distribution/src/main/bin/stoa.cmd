@echo off
rem Starts Stoa. UNTESTED: written after bin/stoa, not yet run on Windows.
rem Uses JAVA_HOME, else java on PATH. JAVA_OPTS and STOA_OPTS are passed to the virtual machine.
setlocal enableextensions

for %%i in ("%~dp0..") do set "STOA_HOME_DIR=%%~fi"

if defined JAVA_HOME (
  set "STOA_JAVA=%JAVA_HOME%\bin\java.exe"
) else (
  set "STOA_JAVA=java.exe"
)

set "STOA_VERSION_LINE="
for /f "usebackq tokens=3" %%v in (`""%STOA_JAVA%" -version 2>&1 | findstr /c:" version ""`) do (
  if not defined STOA_VERSION_LINE set "STOA_VERSION_LINE=%%~v"
)
if not defined STOA_VERSION_LINE (
  echo stoa: error: no Java found: install JDK 17 or later, or set JAVA_HOME 1>&2
  exit /b 2
)
for /f "tokens=1,2 delims=.-+" %%a in ("%STOA_VERSION_LINE%") do (
  set "STOA_MAJOR=%%a"
  if "%%a"=="1" set "STOA_MAJOR=%%b"
)
if %STOA_MAJOR% LSS 17 (
  echo stoa: error: Java %STOA_VERSION_LINE% is too old: Stoa needs Java 17 or later 1>&2
  exit /b 2
)

set "STOA_QUIET="
if %STOA_MAJOR% GEQ 22 set "STOA_QUIET=--enable-native-access=ALL-UNNAMED"
if %STOA_MAJOR% GEQ 23 set "STOA_QUIET=%STOA_QUIET% --sun-misc-unsafe-memory-access=allow"

set "STOA_COLLECTOR=-XX:+UseSerialGC"
echo %JAVA_OPTS% %STOA_OPTS% %JDK_JAVA_OPTIONS% %JAVA_TOOL_OPTIONS% | findstr /r /c:"-XX:+Use.*GC" >nul && set "STOA_COLLECTOR="

set "STOA_VECTORS="
"%STOA_JAVA%" --list-modules 2>nul | findstr /b /c:"jdk.incubator.vector" >nul && set "STOA_VECTORS=--add-modules=jdk.incubator.vector"

set "STOA_SOONER=-XX:CompileCommand=quiet"
set "STOA_SCALING=-XX:CompileCommand=CompileThresholdScaling"
set "STOA_SOONER=%STOA_SOONER% %STOA_SCALING%,dev.stoa.device.compiler.loops.Vector*::*,0.1"
set "STOA_SOONER=%STOA_SOONER% %STOA_SCALING%,dev.stoa.device.compiler.RegisterTiles::*,0.3"
set "STOA_SOONER=%STOA_SOONER% %STOA_SCALING%,dev.stoa.device.compiler.EachTiles::*,0.3"
set "STOA_SOONER=%STOA_SOONER% %STOA_SCALING%,dev.stoa.device.compiler.loops.PlainKernel*::*,0.1"
set "STOA_SOONER=%STOA_SOONER% %STOA_SCALING%,dev.stoa.device.compiler.PlainTiles::*,0.1"
set "STOA_SOONER=%STOA_SOONER% %STOA_SCALING%,jdk.incubator.vector.*::*,3.0"

"%STOA_JAVA%" %STOA_COLLECTOR% %STOA_VECTORS% %STOA_SOONER% %STOA_QUIET% -Xshare:auto ^
  "-Djava.util.logging.config.file=%STOA_HOME_DIR%\etc\logging.properties" ^
  %JAVA_OPTS% %STOA_OPTS% ^
  "-Dstoa.home=%STOA_HOME_DIR%" -cp "%STOA_HOME_DIR%\lib\*" dev.stoa.launcher.Main %*
exit /b %ERRORLEVEL%
